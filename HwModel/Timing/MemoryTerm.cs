namespace TileProof.HwModel.Timing;

/// <summary>What the memory system costs in one machine mode.</summary>
public enum MemoryTerm
{
    /// <summary>Per DMA transfer: descriptor fetch and memory latency; overlaps with the data of the next transfer.</summary>
    DmaLatency,

    /// <summary>Per row of a DMA descriptor.</summary>
    DmaRow,

    /// <summary>Per byte that a DMA channel moves.</summary>
    DmaByte,

    /// <summary>Per 128-byte cache line that the core writes back or drops around a call.</summary>
    CacheLine,

    /// <summary>Per 128-byte cache line that the core misses.</summary>
    LineMiss,

    /// <summary>Per vector load of a convolution kernel: bank conflicts and DMA traffic in local memory.</summary>
    KernelLoad,

    /// <summary>Per output channel of the driver's prologue: stack arrays and bias that miss the cache.</summary>
    PrologueChannel,
}
