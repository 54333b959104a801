using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Proof;
using TileProof.Operators.Words;

namespace TileProof.Tests.Proof;

/// <summary>What the DMA of a machine of words refuses, in its words, and what arrives where the core writes back meanwhile.</summary>
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

    /// <summary>The core writes one line back while a transfer reads it: what arrives of that line is undefined, in the first line, a middle one and the last.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void Wait_LineWrittenBackUnderWay_IsRaced(int line)
    {
        const int LineBytes = SystemMemory.CacheLineBytes;
        const int Length = (4 * LineBytes) + 37;
        MemoryBank[] banks = MemoryBank.AllOf(Machine, hasBytes: false);
        var system = new SystemMemory(8 * LineBytes, Machine, hasBytes: false);
        MemoryBuffer tensor = system.Allocate("input", Length);
        MemoryBuffer tile = banks[1].Allocate("tile", Length);
        using var memory = new WordMemory(banks, system, modelsCache: true);
        memory.Place(tensor, WordKind.Input, 0);
        var dma = new WordDma(Machine, memory, interceptor: null);
        for (int other = 0; other < 5; other++)
        {
            if (other != line)
            {
                memory.WriteBack(StridedRegion.Linear(tensor, other * LineBytes, 1));
            }
        }

        dma.Issue(0, DmaDescriptor.Create(tensor.Whole(), tile.Whole(), new TransferLabel("input")));
        memory.WriteBack(tensor.Whole());
        dma.Wait(0, 0);

        Assert.Equal(
            Enumerable.Range(0, Length).Select(at => at / LineBytes == line ? RingWords.Of(WordKind.Raced, 0) : RingWords.Of(WordKind.Input, at)),
            memory.InMemory(tile.Whole(), 0).ToArray());
    }
}
