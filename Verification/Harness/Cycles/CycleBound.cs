namespace TileProof.Verification.Cycles;

/// <summary>What limits a call: the resource that is busy longest.</summary>
public enum CycleBound
{
    /// <summary>The multiply slot.</summary>
    Multiply,

    /// <summary>The vector load slots.</summary>
    Load,

    /// <summary>A DMA channel.</summary>
    Dma,

    /// <summary>The scalar passes over the weights.</summary>
    Prologue,

    /// <summary>Everything else that the core does.</summary>
    Overhead,
}
