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
    /// <summary>The rules that the programs broke, and warnings.</summary>
    public IReadOnlyList<Hazard> Hazards { get; init; } = [];

    /// <summary>Whether every value is equal and no rule was broken.</summary>
    public bool IsProven => DifferingElements == 0 && Hazards.All(static hazard => hazard.Rule.Severity == HazardSeverity.Warning);

    /// <summary>Runs a network whose goldens are known.</summary>
    /// <param name="source">The network and its image.</param>
    /// <param name="goldens">The golden of every call, in order.</param>
    /// <param name="bank">The bank setting.</param>
    /// <param name="landing">When transfers land.</param>
    /// <param name="options">Seed, derivation and version of the programs.</param>
    public static EndToEndResult Run(NetworkSource source, IReadOnlyList<GoldenCall> goldens, BankSetting bank, LandingKind landing, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(goldens);
        ArgumentNullException.ThrowIfNull(options);
        DspConfiguration configuration = CaseMatrix.ConfigurationFor(bank, options.Variant);
        var monitor = new HazardMonitor(configuration);
        using OnnxRuntimeGolden? host = source.Network.Calls.Any(static call => call is OnnxFallbackCall) ? new OnnxRuntimeGolden() : null;
        var run = new DspNetworkRun(configuration, options.Derivation, CaseMatrix.RoutingFor(bank)) { Host = host, Plans = options.PlansFor(bank) };
        DspNetworkResult result = run.Run(
            source.Network, source.FirstImage, static _ => true, LandingPolicy.Create(landing, options.LandingSeed), monitor);
        long comparedBytes = 0;
        long differing = 0;
        string firstCall = "";
        foreach (GoldenCall golden in goldens)
        {
            var difference = TensorDifference.Between(golden.Expected, result.Values[golden.Call.Output.Name]);
            comparedBytes += difference.ComparedBytes;
            differing += difference.DifferingElements;
            if (!difference.IsEqual && firstCall.Length == 0)
            {
                firstCall = golden.Call.Name;
            }
        }

        Tensor output = result.Values[source.Network.Output.Name];
        return new EndToEndResult(source.Network.Name, bank, landing, comparedBytes, differing, firstCall, CaseResult.HashOf(output))
        {
            Hazards = monitor.Hazards,
        };
    }
}
