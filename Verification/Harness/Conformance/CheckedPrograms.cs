using System.Collections.Concurrent;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.Conformance;

/// <summary>What the hazard rules say of programs: each is judged once, however often it runs.</summary>
/// <remarks>
/// The rules are about order, bounds, written bytes and cache lines, which no data and no landing decides. Only arithmetic that left its range
/// depends on data; a run that notes some has its program judged again, with the notes. Programs themselves are not kept: they take far more
/// memory than what is said of them.
/// </remarks>
public sealed class CheckedPrograms
{
    private readonly ConcurrentDictionary<(ProgramSetting Setting, OperatorCall Call), Lazy<IReadOnlyList<Hazard>>> hazards = new(new ByReference<OperatorCall>());
    private readonly ConcurrentDictionary<(ProgramSetting Setting, Network Network), Lazy<(Hazard Hazard, OperatorCall Call)[]>> networkHazards =
        new(new ByReference<Network>());

    /// <summary>The rules that a run of a call broke.</summary>
    /// <param name="setting">What decides the program.</param>
    /// <param name="prepared">The programs of the setting.</param>
    /// <param name="call">The call.</param>
    /// <param name="arithmetic">What the run noted.</param>
    /// <param name="stopped">Whether a fault stopped the run.</param>
    public IReadOnlyList<Hazard> HazardsOf(
        ProgramSetting setting, PreparedPrograms prepared, OperatorCall call, ArithmeticRecorder arithmetic, bool stopped)
    {
        ArgumentNullException.ThrowIfNull(setting);
        ArgumentNullException.ThrowIfNull(prepared);
        ArgumentNullException.ThrowIfNull(arithmetic);
        return arithmetic.IsEmpty && !stopped
            ? hazards.GetOrAdd((setting, call), _ => new(() => Judge(prepared, call, null, stopped: false))).Value
            : Judge(prepared, call, arithmetic, stopped);
    }

    /// <summary>The rules that a run of a whole network broke, each with the call that broke it first.</summary>
    /// <param name="setting">What decides the programs.</param>
    /// <param name="run">What runs the network.</param>
    /// <param name="network">The network.</param>
    /// <param name="arithmetic">What the run noted.</param>
    /// <param name="stopped">Whether a fault stopped the run.</param>
    public IReadOnlyList<(Hazard Hazard, OperatorCall Call)> HazardsOf(
        ProgramSetting setting, DspNetworkRun run, Network network, ArithmeticRecorder arithmetic, bool stopped)
    {
        ArgumentNullException.ThrowIfNull(setting);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(arithmetic);
        return arithmetic.IsEmpty && !stopped
            ? networkHazards.GetOrAdd((setting, network), _ => new(() => Judge(run, network, null, stopped: false))).Value
            : Judge(run, network, arithmetic, stopped);
    }

    private static IReadOnlyList<Hazard> Judge(PreparedPrograms prepared, OperatorCall call, ArithmeticRecorder? arithmetic, bool stopped)
    {
        var monitor = new HazardMonitor(prepared.Machine);
        try
        {
            SimulatedCall.Walk(prepared, call, arithmetic, stopped, observers: [monitor]);
        }
        catch (HardwareFaultException) when (stopped)
        {
            // The run ended here too and says why.
        }

        return monitor.Hazards;
    }

    private static (Hazard Hazard, OperatorCall Call)[] Judge(DspNetworkRun run, Network network, ArithmeticRecorder? arithmetic, bool stopped)
    {
        OperatorCall current = network.Calls[0];
        var culprits = new List<OperatorCall>();
        var monitor = new HazardMonitor(run.Machine, _ => culprits.Add(current));
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

    /// <summary>What is judged is the same where it is the same object; a call compares its weights otherwise.</summary>
    private sealed class ByReference<T> : IEqualityComparer<(ProgramSetting Setting, T Judged)>
        where T : class
    {
        public bool Equals((ProgramSetting Setting, T Judged) x, (ProgramSetting Setting, T Judged) y) =>
            x.Setting == y.Setting && ReferenceEquals(x.Judged, y.Judged);

        public int GetHashCode((ProgramSetting Setting, T Judged) obj) =>
            HashCode.Combine(obj.Setting, ReferenceEqualityComparer.Instance.GetHashCode(obj.Judged));
    }
}
