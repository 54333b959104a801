namespace TileProof.Verification.Differences;

/// <summary>What two runs differ in.</summary>
public enum DifferenceKind
{
    /// <summary>Whether something is proven.</summary>
    Proven,

    /// <summary>Whether something ran at all.</summary>
    Coverage,

    /// <summary>Output bytes.</summary>
    Output,

    /// <summary>The path and the tiles of a call.</summary>
    Plan,

    /// <summary>Broken rules and warnings.</summary>
    Hazard,

    /// <summary>Another clause of the verdict.</summary>
    Clause,

    /// <summary>The accuracy against the float network.</summary>
    Accuracy,
}
