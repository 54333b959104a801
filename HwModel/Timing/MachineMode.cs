namespace TileProof.HwModel.Timing;

/// <summary>How much of the memory system is modelled; each mode has its own memory coefficients and the same core coefficients.</summary>
public enum MachineMode
{
    /// <summary>The vendor simulator's fast mode: instructions cost cycles, memory and DMA cost nothing.</summary>
    Turbo,

    /// <summary>
    /// The final print-free runs of the pull request (ResNet-18 with the 61k plan, ResNet-50 convolutions 0-23). Their log does not
    /// say which memory settings were used; DMA takes time, cache misses hardly do.
    /// </summary>
    Release,

    /// <summary>System memory with latency and bandwidth.</summary>
    MemoryModel,

    /// <summary>System memory with bandwidth and no latency.</summary>
    MemoryModelZeroLatency,
}
