namespace TileProof.HwModel.Programs;

/// <summary>Which transfers a tiled convolution waits for.</summary>
public enum WaitPolicy
{
    /// <summary>Every transfer before its bytes are used or its buffer is used again, as the corrected programs do.</summary>
    EveryTransfer,

    /// <summary>
    /// Both channels before every kernel call, the load of the next tile included: no transfer overlaps with a kernel. One revision of
    /// the published source does so (operator contract, section 1b.10).
    /// </summary>
    BothChannelsBeforeKernel,

    /// <summary>The first tile and the last store only, as in the final published source (hazards C1-C3).</summary>
    FirstAndLastOnly,
}
