using TileProof.Golden.OnnxRuntime;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Executors;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>A whole network on one simulated DSP, every call reading what the call before left in system memory.</summary>
/// <param name="Network">The name of the network.</param>
/// <param name="Bank">The bank setting.</param>
/// <param name="Landing">When transfers land.</param>
/// <param name="ComparedBytes">Bytes of all values, each compared with the integer golden's.</param>
/// <param name="DifferingElements">Elements that differ, over all values.</param>
/// <param name="FirstDifferingCall">The first call whose value differs; empty when none does.</param>
/// <param name="OutputHash">The hash of the network's output.</param>
public sealed record EndToEndResult(
    string Network, BankSetting Bank, LandingKind Landing, long ComparedBytes, long DifferingElements, string FirstDifferingCall, string OutputHash)
{
    /// <summary>Whether this is the result of an earlier run, kept in the cache.</summary>
    public bool IsKept { get; init; }

    /// <summary>The rules that the programs broke, and warnings.</summary>
    public IReadOnlyList<Hazard> Hazards { get; init; } = [];

    /// <summary>Whether every value is equal and no rule was broken.</summary>
    public bool IsProven => DifferingElements == 0 && Hazards.All(static hazard => hazard.Rule.Severity == HazardSeverity.Warning);

    /// <summary>Runs a network whose goldens are known.</summary>
    /// <param name="network">The network.</param>
    /// <param name="image">Its input.</param>
    /// <param name="goldens">The golden of every call, in order.</param>
    /// <param name="bank">The bank setting.</param>
    /// <param name="landing">When transfers land.</param>
    /// <param name="options">Seed, derivation and version of the programs.</param>
    public static EndToEndResult Run(
        Network network, Tensor image, IReadOnlyList<GoldenCall> goldens, BankSetting bank, LandingKind landing, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(goldens);
        ArgumentNullException.ThrowIfNull(options);
        DspConfiguration configuration = CaseMatrix.ConfigurationFor(bank, options.Variant);
        var monitor = new HazardMonitor(configuration);
        using OnnxRuntimeGolden? host = network.Calls.Any(static call => call is OnnxFallbackCall) ? new OnnxRuntimeGolden() : null;
        long comparedBytes = 0;
        long differing = 0;
        string firstCall = "";
        var run = new DspNetworkRun(configuration, options.Derivation, CaseMatrix.RoutingFor(bank))
        {
            Host = host,
            Plans = options.PlansFor(bank),
            Inspector = Compare,
        };
        DspNetworkResult result = run.Run(network, image, static _ => false, LandingPolicy.Create(landing, options.LandingSeed), monitor);
        return new EndToEndResult(network.Name, bank, landing, comparedBytes, differing, firstCall, CaseResult.HashOf(result.Values[network.Output.Name]))
        {
            Hazards = monitor.Hazards,
        };

        void Compare(OperatorCall call, ReadOnlySpan<byte> output)
        {
            Tensor expected = goldens[call.Index].Expected;
            comparedBytes += output.Length;
            if (output.SequenceEqual(expected.Bytes))
            {
                return;
            }

            differing += TensorDifference.Between(expected, Tensor.FromBytes(call.Output.Shape, call.Output.ElementType, output)).DifferingElements;
            firstCall = firstCall.Length == 0 ? call.Name : firstCall;
        }
    }
}
