using TileProof.HwModel.Timing;

namespace TileProof.Verification.Cycles;

/// <summary>Something without duration on a track, such as a hazard.</summary>
/// <param name="Track">Where it shows.</param>
/// <param name="Name">What.</param>
/// <param name="AtCycles">When.</param>
/// <param name="Detail">One sentence.</param>
public readonly record struct TraceInstant(TimelineTrack Track, string Name, double AtCycles, string Detail);
