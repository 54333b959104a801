namespace TileProof.Verification;

/// <summary>One thing that must not happen in a proven run, and how often it did.</summary>
/// <param name="Name">What is counted, in the plural, as the verdict line says it.</param>
/// <param name="Part">The part of the run that counts it.</param>
/// <param name="Count">How often it happened; 0 keeps the clause.</param>
/// <param name="First">The first of them in words; empty for none.</param>
public sealed record VerdictClause(string Name, string Part, long Count, string First)
{
    /// <summary>Cases, each a call on the golden's own input.</summary>
    public const string LayerByLayer = "layer by layer";

    /// <summary>Whole networks, each on one machine.</summary>
    public const string EndToEnd = "end to end";

    /// <summary>Whether nothing of the kind happened.</summary>
    public bool IsKept => Count == 0;
}
