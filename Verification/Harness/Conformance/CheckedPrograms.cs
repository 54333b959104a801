using System.Collections.Concurrent;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>The programs of a run: each is written once and judged by the hazard rules once, however often it runs.</summary>
/// <remarks>
/// The rules are about order, bounds, written bytes and cache lines, which no data and no landing decides. Only arithmetic that left its range
/// depends on data; a run that notes some has its program judged again, with the notes.
/// </remarks>
public sealed class CheckedPrograms
{
    private readonly ConcurrentDictionary<(BankSetting Bank, ProgramLibrary Programs, ConvolutionPlans Plans, ParameterDerivation Derivation), PreparedPrograms> programs = new();
    private readonly ConcurrentDictionary<(PreparedPrograms Programs, OperatorCall Call), Lazy<IReadOnlyList<Hazard>>> hazards = new(ByReference<OperatorCall>.Instance);
    private readonly ConcurrentDictionary<(PreparedPrograms Programs, Network Network), Lazy<(Hazard Hazard, OperatorCall Call)[]>> networkHazards =
        new(ByReference<Network>.Instance);

    /// <summary>The programs of a bank setting.</summary>
    public PreparedPrograms Of(BankSetting bank, ProgramLibrary library, ConvolutionPlans plans, ParameterDerivation derivation) => programs.GetOrAdd(
        (bank, library, plans, derivation),
        static key => new PreparedPrograms(
            CaseMatrix.ConfigurationFor(key.Bank, key.Programs), key.Derivation, CaseMatrix.RoutingFor(key.Bank), key.Programs, key.Plans));

    /// <summary>The rules that a run of a call broke.</summary>
    /// <param name="prepared">The programs.</param>
    /// <param name="call">The call.</param>
    /// <param name="arithmetic">What the run noted.</param>
    /// <param name="stopped">Whether a fault stopped the run.</param>
    public IReadOnlyList<Hazard> HazardsOf(PreparedPrograms prepared, OperatorCall call, ArithmeticRecorder arithmetic, bool stopped)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        ArgumentNullException.ThrowIfNull(arithmetic);
        return arithmetic.IsEmpty && !stopped
            ? hazards.GetOrAdd((prepared, call), static key => new(() => Judge(key.Programs, key.Call, null, stopped: false))).Value
            : Judge(prepared, call, arithmetic, stopped);
    }

    /// <summary>The rules that a run of a whole network broke, each with the call that broke it first.</summary>
    /// <param name="run">What runs the network.</param>
    /// <param name="prepared">Its programs.</param>
    /// <param name="network">The network.</param>
    /// <param name="arithmetic">What the run noted.</param>
    /// <param name="stopped">Whether a fault stopped the run.</param>
    public IReadOnlyList<(Hazard Hazard, OperatorCall Call)> HazardsOf(
        DspNetworkRun run, PreparedPrograms prepared, Network network, ArithmeticRecorder arithmetic, bool stopped)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(prepared);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(arithmetic);
        return arithmetic.IsEmpty && !stopped
            ? networkHazards.GetOrAdd((prepared, network), _ => new(() => Judge(run, prepared, network, null, stopped: false))).Value
            : Judge(run, prepared, network, arithmetic, stopped);
    }

    private static (Hazard Hazard, OperatorCall Call)[] Judge(
        DspNetworkRun run, PreparedPrograms prepared, Network network, ArithmeticRecorder? arithmetic, bool stopped)
    {
        OperatorCall current = network.Calls[0];
        var culprits = new List<OperatorCall>();
        var monitor = new HazardMonitor(prepared.Machine, _ => culprits.Add(current));
        try
        {
            run.Walk(network, arithmetic, stopped, call => current = call, monitor);
        }
        catch (HardwareFaultException) when (stopped)
        {
            // The run ended here too and says why.
        }

        return [.. monitor.Hazards.Zip(culprits)];
    }

    private static IReadOnlyList<Hazard> Judge(PreparedPrograms prepared, OperatorCall call, ArithmeticRecorder? arithmetic, bool stopped)
    {
        var monitor = new HazardMonitor(prepared.Machine);
        try
        {
            SimulatedCall.Walk(prepared, call, arithmetic, stopped, monitor);
        }
        catch (HardwareFaultException) when (stopped)
        {
            // The run ended here too and says why.
        }

        return monitor.Hazards;
    }

    /// <summary>Programs are the same where they are the same object; a call compares its weights otherwise.</summary>
    private sealed class ByReference<T> : IEqualityComparer<(PreparedPrograms Programs, T Of)>
        where T : class
    {
        public static ByReference<T> Instance { get; } = new();

        public bool Equals((PreparedPrograms Programs, T Of) x, (PreparedPrograms Programs, T Of) y) =>
            ReferenceEquals(x.Programs, y.Programs) && ReferenceEquals(x.Of, y.Of);

        public int GetHashCode((PreparedPrograms Programs, T Of) obj) =>
            HashCode.Combine(ReferenceEqualityComparer.Instance.GetHashCode(obj.Programs), ReferenceEqualityComparer.Instance.GetHashCode(obj.Of));
    }
}
