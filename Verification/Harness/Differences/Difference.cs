namespace TileProof.Verification.Differences;

/// <summary>One difference, the same at some bank settings.</summary>
/// <param name="Kind">What differs.</param>
/// <param name="Place">Where: a network, a call of it, or an engine's variant.</param>
/// <param name="Banks">The bank settings; empty where it concerns none.</param>
/// <param name="What">The property.</param>
/// <param name="Old">What the old run says.</param>
/// <param name="New">What the new run says.</param>
/// <param name="IsWorse">Whether something that held no longer does.</param>
public sealed record Difference(DifferenceKind Kind, string Place, IReadOnlyList<string> Banks, string What, string Old, string New, bool IsWorse)
{
    /// <summary>By how much accuracy fell, in dB or percentage points; 0 where it did not, and of other kinds.</summary>
    public double Drop { get; init; }
}
