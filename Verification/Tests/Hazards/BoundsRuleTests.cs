using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;

namespace TileProof.Tests.Hazards;

/// <summary>Where an access may go, at the last byte that is right and the first that is wrong.</summary>
public sealed class BoundsRuleTests
{
    [Fact]
    public void Access_WholeBuffer_None_OneByteMore_NamesItAndTheNeighbour()
    {
        var program = new SmallProgram();
        program.Machine.Allocate(0, "neighbour", 8);
        program.Fill(program.Local);
        program.ComputeFrom(program.Local, 0, 1024);
        Assert.Empty(program.Hazards);

        program.Machine.Fill(StridedRegion.Linear(program.Local, 1, 1024), 0, FillPurpose.WholeBuffer);

        program.AssertOnly(HazardRule.OutsideBuffer, 1024, 1024);
        Assert.Equal("writes 'neighbour' at byte 0; the buffer has 1024 bytes", program.Hazards[0].CollidesWith);
    }

    [Theory]
    [InlineData(1031, "reads 'neighbour' at byte 7; the buffer has 1024 bytes")]
    [InlineData(1032, "reads unallocated bytes; the buffer has 1024 bytes")]
    public void Access_LastByteOfTheNeighbour_AndTheOneBehind(int offsetBytes, string expected)
    {
        var program = new SmallProgram();
        program.Machine.Allocate(0, "neighbour", 8);
        program.Machine.Allocate(0, "far", 64);
        program.ComputeFrom(program.Local, offsetBytes, 1);

        Hazard hazard = program.Hazards[0];
        Assert.Equal(HazardRule.OutsideBuffer, hazard.Rule);
        Assert.Equal((offsetBytes, (long)offsetBytes), (hazard.FirstByte, hazard.LastByte));
        Assert.Equal(expected, hazard.CollidesWith);
    }

    [Theory]
    [InlineData(-8, 8, -8, -1)]
    [InlineData(-8, 20, -8, -1)]
    [InlineData(-1, 1, -1, -1)]
    [InlineData(-12, 4, -12, -9)]
    public void Access_BeforeTheBuffer_NamesWhatLiesBefore(int offsetBytes, int lengthBytes, int first, int last)
    {
        var program = new SmallProgram();
        MemoryBuffer second = program.Machine.Allocate(0, "second", 64);
        program.Machine.Fill(StridedRegion.Linear(second, offsetBytes, lengthBytes), 0, FillPurpose.WholeBuffer);

        program.AssertOnly(HazardRule.OutsideBuffer, first, last);
        Assert.Contains($"'local' at byte {1024 + offsetBytes}", program.Hazards[0].CollidesWith, StringComparison.Ordinal);
    }

    [Fact]
    public void Access_BeforeTheBank_IsOutsideTheBank()
    {
        var program = new SmallProgram();
        program.Monitor.Filling(new FillStep(StridedRegion.Linear(program.Local, -1, 8), 0, FillPurpose.WholeBuffer));

        program.AssertOnly(HazardRule.OutsideBank, -1, -1);
    }

    [Fact]
    public void Access_EmptyRegionOutside_None()
    {
        var program = new SmallProgram();
        program.Compute([StridedRegion.Linear(program.Local, 2000, 0)], [StridedRegion.Linear(program.Local, -70, 0)]);

        Assert.Empty(program.Hazards);
    }

    /// <summary>Rows of 8 at a pitch of 100: the eleventh begins at 1000 and the twelfth at 1100.</summary>
    [Theory]
    [InlineData(11, 0, 0, 0)]
    [InlineData(12, 0, 1100, 1107)]
    [InlineData(12, 20, 1024, 1027)]
    [InlineData(14, 0, 1100, 1107)]
    public void Access_Rows_FirstRowThatLeavesTheBuffer(int rows, int shiftBytes, int first, int last)
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Machine.Fill(StridedRegion.Rows(program.Local, shiftBytes, 8, rows, 100), 0, FillPurpose.WholeBuffer);

        if (last == 0)
        {
            Assert.Empty(program.Hazards);
        }
        else
        {
            program.AssertOnly(HazardRule.OutsideBuffer, first, last);
        }
    }

    [Fact]
    public void Allocation_ExactlyTheBank_None_OneByteMore_Overflows()
    {
        var program = new SmallProgram();
        program.Machine.Allocate(0, "rest", 3072);
        Assert.Empty(program.Hazards);

        program.Machine.Allocate(1, "large", 4097);

        program.AssertOnly(HazardRule.BankOverflow, 4096, 4096);
        Assert.Equal("DRAM1 has 4096 bytes", program.Hazards[0].CollidesWith);
    }

    [Fact]
    public void Allocation_BehindTheBank_NamesAllOfIt()
    {
        var program = new SmallProgram();
        program.Machine.Allocate(0, "rest", 4096);
        program.Machine.Allocate(0, "behind", 10);

        Assert.Equal([HazardRule.BankOverflow, HazardRule.BankOverflow], program.Rules);
        Assert.Equal((0L, 9L), (program.Hazards[1].FirstByte, program.Hazards[1].LastByte));
    }

    [Fact]
    public void Allocation_OverlapNamesTheSharedBytes_ProgramBeforeDoesNotCount()
    {
        var program = new SmallProgram();
        program.Monitor.Allocated(program.Local.Slice("inner", 1000, 24));

        program.AssertOnly(HazardRule.BufferOverlap, 0, 23);
        Assert.Equal("'local' lies there", program.Hazards[0].CollidesWith);

        program.Machine.BeginProgram("second");
        program.Machine.Allocate(0, "again", 1024);
        Assert.Single(program.Hazards);
    }

    /// <summary>Rows, planes, limit of both; a descriptor holds its limit.</summary>
    [Theory]
    [InlineData(32767, 1, false)]
    [InlineData(32768, 1, true)]
    [InlineData(1, 32767, false)]
    [InlineData(1, 32768, true)]
    public void Descriptor_CountAtItsLimit_None_OneMore_Found(int rows, int planes, bool expected)
    {
        var program = new SmallProgram();
        program.Issue(SmallProgram.LoadChannel, new StridedRegion(program.Tensor, 0, 8, rows, 0, planes, 0), new StridedRegion(program.Local, 16, 8, rows, 0, planes, 0));

        if (expected)
        {
            program.AssertOnly(HazardRule.DescriptorRange, 16, 23);
            Assert.Equal("a count of 32768 exceeds 32767", program.Hazards[0].CollidesWith);
        }
        else
        {
            Assert.Empty(program.Hazards);
        }
    }

    [Theory]
    [InlineData(32, 16, "")]
    [InlineData(40, 16, "source")]
    [InlineData(32, 17, "local")]
    public void DmaAlignment_SourceAndDestination(int sourceOffset, int destinationOffset, string expected)
    {
        var program = new SmallProgram(DspConfiguration.FromBankBytes(4096, 4096) with { DmaAlignmentBytes = 16, OutOfBounds = OutOfBoundsBehavior.Continue });
        program.Issue(SmallProgram.LoadChannel, StridedRegion.Linear(program.Tensor, sourceOffset, 8), StridedRegion.Linear(program.Local, destinationOffset, 8));

        switch (expected)
        {
            case "source":
                program.AssertOnly(HazardRule.Misaligned, 40, 47);
                Assert.Equal("the address is 8 beyond a multiple of 16", program.Hazards[0].CollidesWith);
                break;
            case "local":
                program.AssertOnly(HazardRule.Misaligned, 17, 24);
                Assert.Equal("the address is 1 beyond a multiple of 16", program.Hazards[0].CollidesWith);
                break;
            default:
                Assert.Empty(program.Hazards);
                break;
        }
    }

    /// <summary>Offset, rows, pitch, alignment; then the first byte that is named, or -1.</summary>
    [Theory]
    [InlineData(33, 1, 8, 1, -1)]
    [InlineData(33, 0, 8, 32, -1)]
    [InlineData(32, 1, 40, 32, -1)]
    [InlineData(32, 2, 40, 32, 72)]
    [InlineData(33, 2, 31, 32, 33)]
    [InlineData(2, 1, 8, 2, -1)]
    [InlineData(1, 1, 8, 2, 1)]
    public void ComputeAlignment_FirstRowThenSecond(int offsetBytes, int rows, int pitchBytes, int alignmentBytes, int first)
    {
        foreach (bool writes in new[] { false, true })
        {
            var program = new SmallProgram();
            program.Fill(program.Local);
            StridedRegion region = StridedRegion.Rows(program.Local, offsetBytes, 8, rows, pitchBytes);
            program.Machine.BeginCompute(new ComputeStep("aligned", default, writes ? [] : [region], writes ? [region] : []) { AlignmentBytes = alignmentBytes });

            if (first < 0)
            {
                Assert.Empty(program.Hazards);
            }
            else
            {
                program.AssertOnly(HazardRule.Misaligned, first, first + 7);
            }
        }
    }

    [Fact]
    public void SystemMemory_LastByteRight_OneMoreNamesIt()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Issue(SmallProgram.LoadChannel, StridedRegion.Linear(program.Tensor, 1016, 8), StridedRegion.Linear(program.Local, 0, 8));
        program.Machine.Dma.Wait(SmallProgram.LoadChannel);
        program.Issue(SmallProgram.StoreChannel, StridedRegion.Linear(program.Local, 0, 8), StridedRegion.Linear(program.Result, 1016, 8));
        program.Machine.Dma.Wait(SmallProgram.StoreChannel);
        Assert.Empty(program.Hazards);

        program.Issue(SmallProgram.LoadChannel, StridedRegion.Linear(program.Tensor, 1017, 8), StridedRegion.Linear(program.Local, 0, 8));
        program.Machine.Dma.Wait(SmallProgram.LoadChannel);

        program.AssertOnly(HazardRule.OverRead, 1024, 1024);
        Assert.StartsWith("reads 'result' at byte 0", program.Hazards[0].CollidesWith, StringComparison.Ordinal);
    }
}
