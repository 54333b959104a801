namespace TileProof.Verification.Fuzzing;

/// <summary>A case of a campaign that showed something to be wrong.</summary>
/// <param name="Index">The number of the case.</param>
/// <param name="Finding">What is wrong with it, in its smallest form.</param>
/// <param name="Smallest">The smallest case that shows it, as the text of its file.</param>
public sealed record FuzzFailure(int Index, FuzzFinding Finding, string Smallest);
