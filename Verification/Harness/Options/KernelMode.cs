namespace TileProof.Verification;

/// <summary>How a kernel reaches its data.</summary>
public enum KernelMode
{
    /// <summary>Tiles move through the local banks by DMA.</summary>
    Dma,

    /// <summary>The kernel reads and writes system memory through the data cache.</summary>
    Cache,
}
