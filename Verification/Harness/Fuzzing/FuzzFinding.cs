namespace TileProof.Verification.Fuzzing;

/// <summary>What one fuzz case shows to be wrong.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Detail">Where and how, in one line.</param>
public sealed record FuzzFinding(FuzzFindingKind Kind, string Detail);
