namespace TileProof.HwModel.Timing;

/// <summary>What the memory system costs in one machine mode.</summary>
public enum MemoryTerm
{
    /// <summary>Per DMA transfer: descriptor fetch and memory latency; overlaps with the data of the next transfer.</summary>
    DmaLatency,

    /// <summary>Per byte that a DMA channel loads into local memory.</summary>
    DmaByte,

    /// <summary>Per byte that a DMA channel stores to system memory, which waits for nothing there.</summary>
    DmaStoreByte,

    /// <summary>Per 128-byte cache line that the core writes back or drops around a call.</summary>
    CacheLine,

    /// <summary>Per 128-byte cache line that a kernel on system memory misses.</summary>
    LineMiss,

    /// <summary>Per 128-byte cache line that the scalar passes over the weights miss; they read every byte of it in turn.</summary>
    PrologueMiss,

    /// <summary>Per inner iteration of a convolution kernel: stalls of its loads. The published figures do not tell which of the loads stall.</summary>
    InnerIteration,
}
