namespace TileProof.HwModel.Timing;

/// <summary>Something that occupies a track for a time.</summary>
/// <param name="Track">Which track.</param>
/// <param name="Name">What, such as <c>kernel c0 h1</c>.</param>
/// <param name="Category">A category name: a <see cref="CycleCategory"/> on the core, a <see cref="TransferPurpose"/> on a channel.</param>
/// <param name="StartCycles">Start in core cycles since the call began.</param>
/// <param name="EndCycles">End; at least the start.</param>
/// <param name="Origin">Where it comes from, such as a line of source; empty where nothing is known.</param>
public readonly record struct TimelineSpan(TimelineTrack Track, string Name, string Category, double StartCycles, double EndCycles, string Origin = "");
