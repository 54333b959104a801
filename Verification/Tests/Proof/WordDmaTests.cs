using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Proof;

namespace TileProof.Tests.Proof;

/// <summary>What the DMA of a machine of words refuses, in its words.</summary>
public sealed class WordDmaTests
{
    private static readonly DspConfiguration Machine = DspConfiguration.FromBankBytes(2048, 1024);

    /// <summary>One byte too many, in a transfer of one row and in the last of some.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Issue_SideThatLeavesItsBuffer_IsNamed(int rows)
    {
        MemoryBank[] banks = MemoryBank.AllOf(Machine, hasBytes: false);
        MemoryBuffer small = banks[0].Allocate("small", 20 * rows);
        MemoryBuffer large = banks[1].Allocate("large", 30 * rows);
        using var memory = new WordMemory(banks, new SystemMemory(0, Machine, hasBytes: false), modelsCache: false);
        var dma = new WordDma(Machine, memory, interceptor: null);
        var label = new TransferLabel("input n{0} c{1}", 0, 4);
        StridedRegion inside = StridedRegion.Rows(large, 0, 20, rows, 23);
        StridedRegion outside = StridedRegion.Rows(small, 1, 20, rows, 20);

        dma.Issue(0, DmaDescriptor.Create(outside with { OffsetBytes = 0 }, inside, label));
        HardwareFaultException ofSource = Assert.Throws<HardwareFaultException>(() => dma.Issue(0, DmaDescriptor.Create(outside, inside, label)));
        HardwareFaultException ofDestination = Assert.Throws<HardwareFaultException>(() => dma.Issue(1, DmaDescriptor.Create(inside, outside, label)));

        Assert.Equal($"DMA input n0 c4: the source leaves its buffer: 'small' bytes 1..{20 * rows} in DRAM0, which has {20 * rows} bytes.", ofSource.Message);
        Assert.Equal($"DMA input n0 c4: the destination leaves its buffer: 'small' bytes 1..{20 * rows} in DRAM0, which has {20 * rows} bytes.", ofDestination.Message);
        Assert.Equal([label], dma.Labels);
    }
}
