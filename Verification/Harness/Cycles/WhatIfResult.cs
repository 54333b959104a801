namespace TileProof.Verification.Cycles;

/// <summary>The cycles of a network under changes.</summary>
/// <param name="Changes">The changes.</param>
/// <param name="BaselineCycles">Without them.</param>
/// <param name="ChangedCycles">With them.</param>
public sealed record WhatIfResult(IReadOnlyList<WhatIfChange> Changes, double BaselineCycles, double ChangedCycles)
{
    /// <summary>Cycles saved; negative when the changes cost.</summary>
    public double SavedCycles => BaselineCycles - ChangedCycles;
}
