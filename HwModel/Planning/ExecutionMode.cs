namespace TileProof.HwModel.Planning;

/// <summary>How an operator reaches its data.</summary>
public enum ExecutionMode
{
    /// <summary>Tiles move by DMA into local banks, two buffers in turn.</summary>
    Dma,

    /// <summary>The kernel reads and writes system memory through the cache.</summary>
    Cache,
}
