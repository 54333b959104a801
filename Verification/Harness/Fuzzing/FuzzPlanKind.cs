namespace TileProof.Verification.Fuzzing;

/// <summary>Where the plan of a convolution of a fuzz case comes from.</summary>
public enum FuzzPlanKind
{
    /// <summary>The planner of its kernel.</summary>
    Planner,

    /// <summary>The cache path.</summary>
    Cache,

    /// <summary>Tiles of the published loop structure, of a size and in banks that the case names.</summary>
    Tiles,

    /// <summary>A free schedule that the case names.</summary>
    Free,

    /// <summary>The best plan of the published loop structure for the cycle model.</summary>
    Tuned,

    /// <summary>The best free plan for the cycle model.</summary>
    TunedFree,
}
