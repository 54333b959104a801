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

    /// <summary>Per 128-byte cache line that the core writes back before or after a call.</summary>
    WriteBackLine,

    /// <summary>Per 128-byte cache line of results that the core drops after a call.</summary>
    InvalidateLine,

    /// <summary>Per 128-byte line of an input that a call writes back, beyond <see cref="WriteBackLine"/>: a cycle in the later of both published builds, none in the earlier.</summary>
    InputLine,

    /// <summary>Per 128-byte cache line that a kernel on system memory misses.</summary>
    LineMiss,

    /// <summary>Per 128-byte cache line that the scalar passes over the weights miss; they read every byte of it in turn.</summary>
    PrologueMiss,

    /// <summary>Per vector load of a convolution kernel: what it stalls.</summary>
    VectorLoad,

    /// <summary>Per inner iteration of a convolution kernel in the runs with a memory model, whose kernels are older: what it stalls.</summary>
    InnerIteration,
}
