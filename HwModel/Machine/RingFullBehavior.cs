namespace TileProof.HwModel.Machine;

/// <summary>What a DMA channel does when a descriptor is issued into a full ring.</summary>
public enum RingFullBehavior
{
    /// <summary>The core stalls until the oldest transfer has finished.</summary>
    Block,

    /// <summary>The machine reports a fault.</summary>
    Fault,
}
