namespace TileProof.HwModel.Machine;

/// <summary>Which version of the modelled programs runs.</summary>
public enum KernelVariant
{
    /// <summary>Every wait, bound and cache operation that a correct result needs.</summary>
    Corrected,

    /// <summary>As in the published library: waits missing, rows read past the tensor, errors ignored (operator contract, sections 1b.9 and 2f-9f).</summary>
    Published,

    /// <summary>The earlier published convolutions: waits present, but the last row tile loads too many rows behind which the coefficients lie (section 1b.10).</summary>
    PublishedOld,
}
