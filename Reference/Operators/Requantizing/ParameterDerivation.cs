namespace TileProof.Operators.Requantizing;

/// <summary>How the driver derives the requantization integers of a convolution.</summary>
public enum ParameterDerivation
{
    /// <summary>The accumulator bound comes from the largest L1 norm of the weights (operator contract, section 1a.2). The default.</summary>
    L1Norm,

    /// <summary>The accumulator bound assumes every tap at its extreme, and the output zero point is added after the kernel (section 1a.3).</summary>
    WorstCase,
}
