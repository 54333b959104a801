namespace TileProof.Verification.Differences;

/// <summary>How differences are written.</summary>
public enum DifferenceFormat
{
    /// <summary>Lines for a terminal.</summary>
    Text,

    /// <summary>For machines, with every row.</summary>
    Json,

    /// <summary>For the comment of a pull request.</summary>
    Markdown,

    /// <summary>A page that needs no other file.</summary>
    Html,
}
