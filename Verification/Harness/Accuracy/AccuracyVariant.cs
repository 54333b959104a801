using TileProof.Golden.Generic;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Operators;
using TileProof.Verification.Machines;

namespace TileProof.Verification.Accuracy;

/// <summary>One way to run a quantized network end to end, each call on its own earlier outputs.</summary>
/// <param name="Name">The name in reports.</param>
/// <param name="Run">From the network's float32 input to the value of every call by name.</param>
public sealed record AccuracyVariant(string Name, Func<Tensor, IReadOnlyDictionary<string, Tensor>> Run)
{
    /// <summary>The simulated DSP with its default parameter derivation.</summary>
    public const string DspL1Norm = "dsp-l1-norm";

    /// <summary>The simulated DSP with the older derivation.</summary>
    public const string DspWorstCase = "dsp-worst-case";

    /// <summary>The vendor's generic operators.</summary>
    public const string GenericOperators = "generic";

    /// <summary>A network on the simulated DSP with the published banks; the values do not depend on them, as the conformance run proves.</summary>
    public static AccuracyVariant OnSimulatedDsp(string name, Network network, ParameterDerivation derivation)
    {
        var run = new DspNetworkRun(new PreparedPrograms(DescribedMachine.Published.Configuration, derivation)) { KeepsWeights = true };
        return new AccuracyVariant(name, image => run.Run(network, image, static _ => true, new LandAtWait()).Values);
    }

    /// <summary>A network through the vendor's generic operators.</summary>
    public static AccuracyVariant OnGenericOperators(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var generic = new GenericEngine { KeepsWeights = true };
        return new AccuracyVariant(GenericOperators, image =>
        {
            var values = network.InputValues(image).ToDictionary(static pair => pair.Key.Name, static pair => pair.Value, StringComparer.Ordinal);
            foreach (OperatorCall call in network.Calls)
            {
                values[call.Output.Name] = generic.Run(call, [.. call.Inputs.Select(input => values[input.Name])], default);
            }

            return values;
        });
    }
}
