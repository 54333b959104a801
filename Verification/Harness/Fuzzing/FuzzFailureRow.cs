namespace TileProof.Verification.Fuzzing;

/// <summary>One row of <c>fuzz_failures.csv</c>.</summary>
/// <param name="Index">The number of the case.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Detail">Where and how, in the smallest case.</param>
/// <param name="Folder">The folder of the case, below the output folder.</param>
public sealed record FuzzFailureRow(int Index, string Kind, string Detail, string Folder);
