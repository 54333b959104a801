namespace TileProof.Verification.Fuzzing;

/// <summary>A case of a campaign that showed something to be wrong.</summary>
/// <param name="Index">The number of the case.</param>
/// <param name="Finding">What is wrong with it.</param>
/// <param name="Case">The case, as the text of its file.</param>
public sealed record FuzzFailure(int Index, FuzzFinding Finding, string Case)
{
    /// <summary>The smallest case that shows the same kind of thing; null where none was looked for.</summary>
    public FuzzFailure? Smallest { get; init; }
}
