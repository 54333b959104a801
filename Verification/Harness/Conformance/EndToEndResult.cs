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
    /// <summary>The rules that the programs broke, and warnings, each with its call.</summary>
    public IReadOnlyList<FoundHazard> Hazards { get; init; } = [];

    /// <summary>Kinds of broken rules, without warnings.</summary>
    public int ViolationCount => Hazards.Count(static found => found.IsViolation);

    /// <summary>The call and the broken hardware rule that stopped the run; null when it ran to its end. Calls after it were not compared.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether an earlier run proved it, so that it did not run again.</summary>
    public bool IsKept { get; init; }

    /// <summary>Whether it ran to its end, every value is equal and no rule was broken.</summary>
    public bool IsProven => DifferingElements == 0 && Fault is null && ViolationCount == 0;

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
        int comparedCalls = 0;
        var culprits = new List<OperatorCall>();
        var monitor = new HazardMonitor(configuration, _ => culprits.Add(network.Calls[comparedCalls]));
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
        string outputHash = "";
        string? fault = null;
        try
        {
            DspNetworkResult result = run.Run(network, image, static _ => false, LandingPolicy.Create(landing, options.LandingSeed), monitor);
            outputHash = CaseResult.HashOf(result.Values[network.Output.Name]);
        }
        catch (HardwareFaultException exception)
        {
            fault = $"{network.Calls[comparedCalls].Name}: {exception.Message}";
        }

        return new EndToEndResult(network.Name, bank, landing, comparedBytes, differing, firstCall, outputHash)
        {
            Hazards = [.. monitor.Hazards.Zip(culprits, (hazard, call) => new FoundHazard(
                network.Name, call.Name, call.LayerKey, bank.Label, ChoiceList.NameOf(options.Variant), hazard) { Part = VerdictClause.EndToEnd })],
            Fault = fault,
        };

        void Compare(OperatorCall call, ReadOnlySpan<byte> output)
        {
            comparedCalls++;
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
