using TileProof.HwModel.Timing;

namespace TileProof.Verification.Cycles;

/// <summary>One call of a trace.</summary>
/// <param name="Name">The call; empty where the trace holds nothing else.</param>
/// <param name="StartCycles">Where it begins, in core cycles since the first call.</param>
/// <param name="LengthCycles">What it takes.</param>
/// <param name="Timeline">Its spans, from its own start; null where the model has no price.</param>
/// <param name="Occupancy">Bytes of the banks in use, from its own start.</param>
/// <param name="Instants">Broken rules, from its own start.</param>
public sealed record TracePart(
    string Name, double StartCycles, double LengthCycles, EventTimeline? Timeline, IReadOnlyList<BankOccupancy> Occupancy, IReadOnlyList<TraceInstant> Instants);
