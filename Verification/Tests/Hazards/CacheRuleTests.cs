using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;

namespace TileProof.Tests.Hazards;

/// <summary>The cache rules at the ends of lines of 128 bytes; a fresh tensor of three lines counts as written by the core.</summary>
public sealed class CacheRuleTests
{
    private const int Load = SmallProgram.LoadChannel;
    private const int Store = SmallProgram.StoreChannel;

    private readonly SmallProgram program = new();
    private readonly MemoryBuffer tensor;

    public CacheRuleTests()
    {
        program.Fill(program.Local);
        tensor = program.Machine.System.Allocate("fresh", 384);
    }

    [Theory]
    [InlineData(128, 128, -1, -1)]
    [InlineData(127, 129, 127, 127)]
    [InlineData(128, 129, 256, 256)]
    [InlineData(0, 384, 0, 127)]
    public void WriteBack_OfOneByte_CleansItsWholeLineOnly(int offsetBytes, int lengthBytes, int first, int last)
    {
        WriteBack(130, 1);
        Read(offsetBytes, lengthBytes);

        AssertFound(HazardRule.DmaReadsDirtyLine, first, last);
    }

    [Fact]
    public void WriteBack_OfRows_LeavesTheLineBetweenDirty()
    {
        program.Machine.WriteBackCache(StridedRegion.Rows(tensor, 0, 8, 2, 256));
        Read(0, 128);
        Read(256, 128);
        Assert.Empty(program.Hazards);

        Read(250, 20);

        AssertFound(HazardRule.DmaReadsDirtyLine, 250, 255);
        Assert.Equal("the core has not written these bytes back", program.Hazards[0].CollidesWith);
    }

    [Fact]
    public void DmaRead_RowsInCleanLines_AroundADirtyOne_None()
    {
        WriteBack(0, 128);
        WriteBack(256, 128);
        program.Issue(Load, StridedRegion.Rows(tensor, 120, 8, 2, 136), StridedRegion.Rows(program.Local, 0, 8, 2, 8));
        program.Machine.Dma.Wait(Load);

        Assert.Empty(program.Hazards);
    }

    [Theory]
    [InlineData(128, 128, -1, -1)]
    [InlineData(130, 126, 128, 129)]
    [InlineData(128, 73, 201, 255)]
    [InlineData(129, 100, 128, 128)]
    [InlineData(0, 384, -1, -1)]
    public void Invalidate_NamesDirtyNeighboursInItsLines(int offsetBytes, int lengthBytes, int first, int last)
    {
        Invalidate(offsetBytes, lengthBytes);

        AssertFound(HazardRule.PartialLineInvalidate, first, last);
        if (first >= 0)
        {
            Assert.Equal("these bytes of the line are not part of the region and not written back", program.Hazards[0].CollidesWith);
        }

        // The whole line is gone, and with it what was not written back.
        Read(128, 128);
        Assert.DoesNotContain(HazardRule.DmaReadsDirtyLine, program.Rules);
    }

    [Fact]
    public void Invalidate_CleanNeighbours_None()
    {
        WriteBack(128, 1);
        Invalidate(140, 20);

        Assert.Empty(program.Hazards);
    }

    [Fact]
    public void Invalidate_Rows_EachInItsLines()
    {
        program.Machine.InvalidateCache(StridedRegion.Rows(tensor, 0, 128, 2, 256));
        Write(0, 128);
        Write(256, 128);
        Assert.Empty(program.Hazards);

        Write(128, 1);

        AssertFound(HazardRule.DmaWritesUnderDirtyLine, 128, 255);
        program.Machine.InvalidateCache(StridedRegion.Rows(tensor, 0, 128, 2, 256));
        program.Machine.HandBack(tensor);
        Assert.Equal((HazardRule.StaleCacheRead, 128L, 128L), (program.Hazards[^1].Rule, program.Hazards[^1].FirstByte, program.Hazards[^1].LastByte));
    }

    [Theory]
    [InlineData(0, 128, -1, -1)]
    [InlineData(120, 8, -1, -1)]
    [InlineData(120, 9, 128, 255)]
    [InlineData(200, 1, 128, 255)]
    public void DmaWrite_JudgesWholeLines(int offsetBytes, int lengthBytes, int first, int last)
    {
        WriteBack(0, 1);
        Write(offsetBytes, lengthBytes);

        AssertFound(HazardRule.DmaWritesUnderDirtyLine, first, last);
        if (first >= 0)
        {
            Assert.Equal("the cache may hold these lines dirty", program.Hazards[0].CollidesWith);
        }
    }

    // One dirty byte, and a write of other bytes of its line; the line beside it is clean.
    [Theory]
    [InlineData(200, 1, 130)]
    [InlineData(129, 1, 130)]
    [InlineData(131, 125, 130)]
    [InlineData(256, 128, -1)]
    [InlineData(0, 128, -1)]
    public void DmaWrite_BesideADirtyByteOfItsLine_IsFound(int offsetBytes, int lengthBytes, int found)
    {
        WriteBack(0, 384);
        program.Machine.Fill(StridedRegion.Linear(tensor, 130, 1), 1, FillPurpose.WholeBuffer);
        Write(offsetBytes, lengthBytes);

        AssertFound(HazardRule.DmaWritesUnderDirtyLine, found, found);
    }

    [Fact]
    public void DmaWrite_RowsInCleanLines_AroundADirtyOne_None()
    {
        WriteBack(0, 1);
        WriteBack(256, 1);
        program.Issue(Store, StridedRegion.Rows(program.Local, 0, 8, 2, 8), StridedRegion.Rows(tensor, 120, 8, 2, 136));
        program.Machine.Dma.Wait(Store);

        Assert.Empty(program.Hazards);
    }

    /// <summary>What is dropped after DMA wrote everything; then the first bytes that are stale in the result.</summary>
    [Theory]
    [InlineData(0, 384, -1, -1)]
    [InlineData(0, 257, -1, -1)]
    [InlineData(127, 130, -1, -1)]
    [InlineData(0, 256, 256, 383)]
    [InlineData(128, 256, 0, 127)]
    [InlineData(128, 128, 0, 127)]
    public void Invalidate_PartOfWhatDmaWrote_LeavesTheRestStale(int offsetBytes, int lengthBytes, int first, int last)
    {
        Invalidate(0, 384);
        Write(0, 384);
        Invalidate(offsetBytes, lengthBytes);
        program.Machine.HandBack(tensor);

        AssertFound(HazardRule.StaleCacheRead, first, last);
    }

    [Fact]
    public void HandBack_OfRowsWrittenByDma_NamesTheFirst()
    {
        Invalidate(0, 384);
        program.Issue(Store, StridedRegion.Rows(program.Local, 0, 8, 3, 8), StridedRegion.Rows(tensor, 16, 8, 3, 100));
        program.Machine.Dma.Wait(Store);
        program.Compute([StridedRegion.Linear(tensor, 24, 92)], []);
        program.Compute([StridedRegion.Rows(tensor, 24, 92, 3, 100)], []);
        Assert.Empty(program.Hazards);

        program.Machine.HandBack(tensor);

        AssertFound(HazardRule.StaleCacheRead, 16, 23);
        Assert.Equal("DMA wrote these bytes and the core has not dropped its lines", program.Hazards[0].CollidesWith);
        Assert.Equal("return of the result 'fresh' in system[2176..2560)", program.Hazards[0].Operation);
    }

    [Fact]
    public void CoreWrite_OfCleanBytes_MakesExactlyThemDirty()
    {
        WriteBack(0, 384);
        program.Machine.Fill(StridedRegion.Rows(tensor, 130, 4, 2, 10), 1, FillPurpose.WholeBuffer);
        Read(0, 130);
        Read(134, 6);
        Read(144, 100);
        Assert.Empty(program.Hazards);

        Read(133, 20);

        AssertFound(HazardRule.DmaReadsDirtyLine, 133, 133);
    }

    [Fact]
    public void CoreWrite_OverWhatDmaWrote_IsStaleNoLonger_ButDirty()
    {
        Invalidate(0, 384);
        Write(0, 384);
        program.Machine.Fill(StridedRegion.Linear(tensor, 0, 200), 1, FillPurpose.WholeBuffer);
        program.Machine.HandBack(tensor);
        AssertFound(HazardRule.StaleCacheRead, 200, 383);

        Read(190, 20);

        Assert.Equal((HazardRule.DmaReadsDirtyLine, 190L, 199L), (program.Hazards[1].Rule, program.Hazards[1].FirstByte, program.Hazards[1].LastByte));
    }

    [Fact]
    public void CoreWrite_OfDirtyBytesThatDmaWroteUnder_IsStaleNoLonger()
    {
        Write(0, 384);
        program.Machine.Fill(tensor.Whole(), 1, FillPurpose.WholeBuffer);
        program.Machine.HandBack(tensor);

        Assert.Equal([HazardRule.DmaWritesUnderDirtyLine], program.Rules);
    }

    [Fact]
    public void NewBuffer_WhereDmaWroteAnOlderOne_IsDirtyAndNotStale()
    {
        Invalidate(0, 384);
        Write(0, 384);
        program.Machine.System.ReleaseTo(tensor.OffsetBytes);
        MemoryBuffer next = program.Machine.System.Allocate("next", 256);
        program.Machine.HandBack(next);
        Assert.Empty(program.Hazards);

        program.Issue(Load, StridedRegion.Linear(next, 255, 1), StridedRegion.Linear(program.Local, 0, 1));

        AssertFound(HazardRule.DmaReadsDirtyLine, 255, 255);
    }

    [Fact]
    public void BufferSeenBefore_StaysCleanWhileOthersAreTouched()
    {
        WriteBack(0, 384);
        MemoryBuffer other = program.Machine.System.Allocate("other", 128);
        program.Machine.WriteBackCache(other.Whole());
        Read(0, 384);

        Assert.Empty(program.Hazards);
    }

    [Fact]
    public void LocalAndEmptyRegions_AreNoBusinessOfTheCache()
    {
        program.Machine.InvalidateCache(StridedRegion.Linear(program.Local, 3, 5));
        program.Machine.InvalidateCache(StridedRegion.Linear(tensor, 3, 0));
        program.Machine.WriteBackCache(StridedRegion.Linear(program.Local, 0, 512));
        Write(200, 1);

        AssertFound(HazardRule.DmaWritesUnderDirtyLine, 128, 255);
    }

    private void WriteBack(int offsetBytes, int lengthBytes) => program.Machine.WriteBackCache(StridedRegion.Linear(tensor, offsetBytes, lengthBytes));

    private void Invalidate(int offsetBytes, int lengthBytes) => program.Machine.InvalidateCache(StridedRegion.Linear(tensor, offsetBytes, lengthBytes));

    /// <summary>DMA reads bytes of the tensor.</summary>
    private void Read(int offsetBytes, int lengthBytes)
    {
        program.Issue(Load, StridedRegion.Linear(tensor, offsetBytes, lengthBytes), StridedRegion.Linear(program.Local, 0, lengthBytes));
        program.Machine.Dma.Wait(Load);
    }

    /// <summary>DMA writes bytes of the tensor.</summary>
    private void Write(int offsetBytes, int lengthBytes)
    {
        program.Issue(Store, StridedRegion.Linear(program.Local, 0, lengthBytes), StridedRegion.Linear(tensor, offsetBytes, lengthBytes));
        program.Machine.Dma.Wait(Store);
    }

    private void AssertFound(HazardRule rule, int first, int last)
    {
        if (first < 0)
        {
            Assert.Empty(program.Hazards);
        }
        else
        {
            program.AssertOnly(rule, first, last);
        }
    }
}
