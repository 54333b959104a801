namespace TileProof.Verification.Fuzzing;

/// <summary>What one fuzz case gave.</summary>
/// <param name="Finding">The first thing that is wrong; null where nothing is.</param>
/// <param name="Reached">What the case reached of <see cref="FuzzCoverage.Catalog"/>.</param>
public sealed record FuzzOutcome(FuzzFinding? Finding, IReadOnlyCollection<FuzzPoint> Reached);
