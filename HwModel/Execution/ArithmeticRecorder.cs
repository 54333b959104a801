using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Execution;

/// <summary>Notes what left the range of the arithmetic in a run: the only part of a hazard report that depends on data.</summary>
public sealed class ArithmeticRecorder : MachineObserver
{
    private readonly Dictionary<int, ArithmeticEvents> events = [];

    /// <summary>Computations that began.</summary>
    public int ComputationCount { get; private set; }

    /// <summary>Whether nothing left its range.</summary>
    public bool IsEmpty => events.Count == 0;

    /// <inheritdoc/>
    public override void Computing(ComputeStep step) => ComputationCount++;

    /// <inheritdoc/>
    public override void ArithmeticLeftRange(ComputeStep step, ArithmeticEvents events) => this.events[ComputationCount - 1] = events;

    /// <summary>What left the range in a computation, counted from 0.</summary>
    internal ArithmeticEvents EventsOf(int computation) => events.GetValueOrDefault(computation);
}
