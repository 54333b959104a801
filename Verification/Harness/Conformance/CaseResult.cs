using System.Security.Cryptography;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Executors;
using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>What the simulated DSP made of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Difference">Its output against the ONNX Runtime golden.</param>
/// <param name="LikelyCause">A guess at the class of cause; empty when the bytes are equal.</param>
/// <param name="OutputHash">The first 16 hexadecimal digits of SHA-256 over the output bytes.</param>
/// <param name="Fault">The broken hardware rule that stopped the program; null when it ran to its end.</param>
public sealed record CaseResult(ConformanceCase Case, TensorDifference Difference, string LikelyCause, string OutputHash, string? Fault)
{
    private const int HashDigits = 16;

    /// <summary>Whether the output is equal and no rule was broken.</summary>
    public bool IsProven => Difference.IsEqual && Fault is null;

    /// <summary>Runs a case on a machine of its own.</summary>
    /// <param name="conformanceCase">The case.</param>
    /// <param name="seed">The seed of the random landing policy.</param>
    public static CaseResult Run(ConformanceCase conformanceCase, int seed)
    {
        ArgumentNullException.ThrowIfNull(conformanceCase);
        GoldenConvolution golden = conformanceCase.Golden;
        DspConfiguration configuration = CaseMatrix.ConfigurationFor(conformanceCase.Bank);
        try
        {
            Tensor output = SimulatedConvolution.Run(
                configuration,
                LandingPolicy.Create(conformanceCase.Landing, seed),
                conformanceCase.Plan,
                golden.Call.Weights,
                golden.Requantization,
                golden.Input);
            var difference = TensorDifference.Between(golden.Expected, output);
            string cause = MismatchCause.Guess(conformanceCase.Plan, golden.Expected, output, configuration.PoisonByte);
            return new CaseResult(conformanceCase, difference, cause, HashOf(output), null);
        }
        catch (HardwareFaultException fault)
        {
            return new CaseResult(conformanceCase, new TensorDifference(0, 0, null), "", "", fault.Message);
        }
    }

    /// <summary>The hash that reports print.</summary>
    public static string HashOf(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Convert.ToHexStringLower(SHA256.HashData(tensor.Bytes))[..HashDigits];
    }
}
