using TileProof.Golden.OnnxRuntime;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Comparison;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;

namespace TileProof.Verification.Conformance;

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
    /// <summary>Whether an earlier run proved it and it did not run again.</summary>
    public bool IsKept { get; init; }

    /// <summary>The first element of <see cref="FirstDifferingCall"/> that differs; null when none does.</summary>
    public Mismatch? First { get; init; }

    /// <summary>The call and the broken hardware rule that stopped the network; null when it ran to its end. Calls from there on were not compared.</summary>
    public string? Fault { get; init; }

    /// <summary>The rules that the programs broke, and warnings, each with its call.</summary>
    public IReadOnlyList<FoundHazard> Hazards { get; init; } = [];

    /// <summary>Kinds of broken rules, without warnings.</summary>
    public int ViolationCount => Hazards.Count(static found => found.IsViolation);

    /// <summary>Whether every value is equal and no rule was broken.</summary>
    public bool IsProven => DifferingElements == 0 && Fault is null && ViolationCount == 0;

    /// <summary>Runs a network whose goldens are known.</summary>
    /// <param name="network">The network.</param>
    /// <param name="image">Its input.</param>
    /// <param name="goldens">The golden of every call, in order.</param>
    /// <param name="bank">The bank setting.</param>
    /// <param name="landing">When transfers land.</param>
    /// <param name="options">Seed, derivation and version of the programs.</param>
    /// <param name="checkedPrograms">What is said of programs that other runs use too; null for nothing.</param>
    public static EndToEndResult Run(
        Network network,
        Tensor image,
        IReadOnlyList<GoldenCall> goldens,
        BankSetting bank,
        LandingKind landing,
        VerifyOptions options,
        CheckedPrograms? checkedPrograms = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(goldens);
        ArgumentNullException.ThrowIfNull(options);
        CheckedPrograms programs = checkedPrograms ?? new CheckedPrograms();
        var setting = new ProgramSetting(bank, options.Programs, options.PlansFor(bank), options.Derivation);
        int finishedCalls = 0;
        var arithmetic = new ArithmeticRecorder();
        using OnnxRuntimeGolden? host = network.Calls.Any(static call => call is OnnxFallbackCall) ? new OnnxRuntimeGolden() : null;
        long comparedBytes = 0;
        long differing = 0;
        string firstCall = "";
        Mismatch? first = null;
        using var run = new DspNetworkRun(setting.Prepare()) { Host = host, Inspector = Compare };
        string hash = "";
        string? fault = null;
        try
        {
            DspNetworkResult result = run.Run(network, image, static _ => false, LandingPolicies.Create(landing, options.LandingSeed), arithmetic);
            hash = network.Outputs.Count == 1
                ? CaseResult.HashOf(result.Values[network.Output.Name])
                : string.Join('+', network.Outputs.Select(output => CaseResult.HashOf(result.Values[output.Name])));
        }
        catch (HardwareFaultException exception)
        {
            fault = $"{network.Calls[finishedCalls].Name}: {exception.Message}";
        }

        IEnumerable<FoundHazard> hazards = programs.HazardsOf(setting, run, network, arithmetic, fault is not null).Select(found => new FoundHazard(
            network.Name, found.Call.Name, found.Call.LayerKey, bank.Label, options.Programs.Name, found.Hazard) { IsEndToEnd = true });
        return new EndToEndResult(network.Name, bank, landing, comparedBytes, differing, firstCall, hash) { First = first, Fault = fault, Hazards = [.. hazards] };

        void Compare(OperatorCall call, ReadOnlySpan<byte> output)
        {
            Tensor expected = goldens[call.Index].Expected;
            comparedBytes += output.Length;
            finishedCalls++;
            if (output.SequenceEqual(expected.Bytes))
            {
                return;
            }

            var difference = TensorDifference.Between(expected, Tensor.FromBytes(call.Output.Shape, call.Output.ElementType, output));
            differing += difference.DifferingElements;
            firstCall = firstCall.Length == 0 ? call.Name : firstCall;
            first ??= difference.First;
        }
    }
}
