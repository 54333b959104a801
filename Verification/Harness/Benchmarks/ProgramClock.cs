using System.Diagnostics;
using TileProof.HwModel.Machine;

namespace TileProof.Verification.Benchmarks;

/// <summary>Measures the host time that each program of a machine takes.</summary>
public sealed class ProgramClock : MachineObserver
{
    private readonly List<TimeSpan> times = [];
    private long start;

    /// <summary>The time of each program, in program order.</summary>
    public IReadOnlyList<TimeSpan> Times => times;

    /// <inheritdoc/>
    public override void ProgramStarted(string program) => start = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public override void ProgramEnded() => times.Add(Stopwatch.GetElapsedTime(start));
}
