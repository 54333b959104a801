namespace TileProof.HwModel.Proof;

/// <summary>A requantization that is a second stage of what a first stage gives and of nothing else, so that each can be run over all of its inputs.</summary>
/// <param name="Name">The name in reports.</param>
/// <param name="Narrow">The first stage.</param>
/// <param name="Scale">The second stage.</param>
public sealed record RequantizationStages(string Name, NarrowAccumulators Narrow, ScaleNarrowed Scale);
