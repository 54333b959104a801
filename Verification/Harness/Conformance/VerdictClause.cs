namespace TileProof.Verification.Conformance;

/// <summary>One thing that a verdict depends on: it holds when nothing was found against it.</summary>
/// <param name="Name">What was looked for, in the plural, such as <c>mismatches</c>.</param>
/// <param name="Count">How much of it was found; 0 where the clause holds.</param>
/// <param name="First">Where the first of them is; empty where the clause holds.</param>
public sealed record VerdictClause(string Name, long Count, string First)
{
    /// <summary>Whether nothing was found.</summary>
    public bool Holds => Count == 0;
}
