namespace TileProof.Verification.Fuzzing;

/// <summary>One row of <c>fuzz.csv</c>.</summary>
/// <param name="Group">What kind of thing was to be reached.</param>
/// <param name="Name">Its name.</param>
/// <param name="Cases">Cases that reached it.</param>
public sealed record FuzzCoverageRow(string Group, string Name, long Cases);
