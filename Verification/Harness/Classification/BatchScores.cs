namespace TileProof.Verification.Classification;

/// <summary>What one batch of images adds to the scores of all ways to run a network.</summary>
/// <param name="Ways">By way, the float network first.</param>
internal sealed record BatchScores(BatchScore[] Ways);
