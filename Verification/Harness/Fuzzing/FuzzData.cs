namespace TileProof.Verification.Fuzzing;

/// <summary>What the numbers of a tensor of a fuzz case are like.</summary>
public enum FuzzData
{
    /// <summary>Any value of the type; floats are nearly normal.</summary>
    Uniform,

    /// <summary>The ends of the range only: the smallest and the largest integer, very large and very small floats, both zeros, ties.</summary>
    Ends,

    /// <summary>The largest integer, or one float.</summary>
    Largest,

    /// <summary>The smallest integer, or the negative of one float.</summary>
    Smallest,

    /// <summary>Small integers around zero.</summary>
    Small,

    /// <summary>Zero.</summary>
    Zero,
}
