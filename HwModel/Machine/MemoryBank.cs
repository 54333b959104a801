namespace TileProof.HwModel.Machine;

/// <summary>One of the two local data memories.</summary>
public sealed class MemoryBank : MemorySpace
{
    internal MemoryBank(int index, int capacityBytes, int alignmentBytes)
        : base(index == 0 ? "DRAM0" : "DRAM1", capacityBytes, alignmentBytes) => Index = index;

    /// <summary>0 for DRAM0, 1 for DRAM1.</summary>
    public int Index { get; }
}
