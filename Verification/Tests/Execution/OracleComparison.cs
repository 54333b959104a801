using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Execution;

/// <summary>Runs a call on simulated DSPs and compares every output byte with the scalar oracle.</summary>
internal static class OracleComparison
{
    private const int LandingSeed = 20;

    private static readonly ScalarOracle Oracle = new();

    /// <summary>A configuration whose DMA rings fault when a program overfills them.</summary>
    public static DspConfiguration Banks(int dram0Bytes, int dram1Bytes) =>
        DspConfiguration.FromBankBytes(dram0Bytes, dram1Bytes) with { RingFull = RingFullBehavior.Fault, CacheScratchBytes = 96 * 1024 };

    /// <summary>Compares under every landing policy and returns how the call ran.</summary>
    public static CallPlan AssertEqualUnderEveryLanding(
        OperatorCall call, Tensor[] inputs, DspConfiguration configuration, OperatorRouting routing, ParameterDerivation derivation = ParameterDerivation.L1Norm)
    {
        Tensor expected = Oracle.Run(call, inputs, derivation);
        CallPlan? execution = null;
        foreach (LandingKind landing in Enum.GetValues<LandingKind>())
        {
            execution = AssertEqual(expected, call, inputs, new DspEngine(configuration, landing, LandingSeed, routing), derivation);
        }

        return execution!;
    }

    /// <summary>Compares one run and returns how the call ran.</summary>
    public static CallPlan AssertEqual(
        Tensor expected, OperatorCall call, Tensor[] inputs, DspEngine engine, ParameterDerivation derivation = ParameterDerivation.L1Norm)
    {
        DspResult actual = engine.Execute(call, inputs, derivation);
        int difference = expected.Bytes.CommonPrefixLength(actual.Output.Bytes);
        if (difference < expected.Bytes.Length)
        {
            int element = difference / call.Output.ElementType.SizeBytes();
            Assert.Fail(
                $"{call.LayerKey} on {engine.Description}, {actual.Execution}: element {call.Output.Shape.IndexOf(element)} differs; expected {Show(expected, element)}, actual {Show(actual.Output, element)}.");
        }

        return actual.Execution;
    }

    private static string Show(Tensor tensor, int element) => tensor.ElementType == ElementType.Int8
        ? $"{tensor.Int8[element]}"
        : $"{tensor.Float32[element]:R}";
}
