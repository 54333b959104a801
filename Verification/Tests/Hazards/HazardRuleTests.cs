using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;

namespace TileProof.Tests.Hazards;

/// <summary>Each rule on the smallest program that breaks it, and the same program put right.</summary>
public sealed class HazardRuleTests
{
    private const int LoadChannel = 1;
    private const int StoreChannel = 0;

    [Fact]
    public void ReadBeforeArrival_ComputeWithoutWait_NamesBytesAndTransfer()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Load(program.Local, 0, 64);
        program.ComputeFrom(program.Local, 32, 64);

        Hazard hazard = Assert.Single(program.Hazards);
        Assert.Equal(HazardRule.ReadBeforeArrival, hazard.Rule);
        Assert.Equal((32L, 63L), (hazard.FirstByte, hazard.LastByte));
        Assert.Contains("'load'", hazard.CollidesWith, StringComparison.Ordinal);
        Assert.Contains(hazard.Timeline, static line => line.StartsWith("> compute", StringComparison.Ordinal));
    }

    [Fact]
    public void ReadBeforeArrival_BytesBesideTheTransfer_None()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Load(program.Local, 0, 64);
        program.ComputeFrom(program.Local, 64, 64);
        program.Machine.Dma.Wait(LoadChannel);

        Assert.Empty(program.Hazards);
    }

    [Fact]
    public void ReadBeforeArrival_RowsBetweenTheRowsOfTheTransfer_None()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Issue(
            LoadChannel,
            StridedRegion.Rows(program.Tensor, 0, 8, 4, 8),
            StridedRegion.Rows(program.Local, 0, 8, 4, 16));
        program.Compute([StridedRegion.Rows(program.Local, 8, 8, 4, 16)], []);
        program.Machine.Dma.Wait(LoadChannel);

        Assert.Empty(program.Hazards);
    }

    [Fact]
    public void ReadBeforeArrival_StallOnFullRing_IsNoWait()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        for (int i = 0; i < 3; i++)
        {
            program.Load(program.Local, i * 64, 64);
        }

        program.ComputeFrom(program.Local, 0, 64);

        Assert.Equal([HazardRule.RingOverflow, HazardRule.ReadBeforeArrival], program.Rules);
    }

    [Fact]
    public void WriteUnderRead_ComputeIntoBufferThatIsStored_Found()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Store(program.Local, 0, 64);
        program.Compute([], [StridedRegion.Linear(program.Local, 0, 8)]);

        Assert.Equal([HazardRule.WriteUnderRead], program.Rules);
    }

    [Fact]
    public void WriteUnderRead_ComputationOverItsOwnInput_Found()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        MemoryBuffer over = program.Local.Slice("over", 32, 64);
        program.Compute([StridedRegion.Linear(program.Local, 0, 64)], [over.Whole()]);

        Assert.Equal([HazardRule.WriteUnderRead], program.Rules);
    }

    [Fact]
    public void WriteUnderWrite_FillOfBufferThatIsLoaded_Found()
    {
        var program = new SmallProgram();
        program.Load(program.Local, 0, 64);
        program.Fill(program.Local);

        Assert.Equal([HazardRule.WriteUnderWrite], program.Rules);
    }

    [Fact]
    public void WriteUnderWrite_TwoTransfersOfOneChannel_KeepTheirOrder()
    {
        var program = new SmallProgram();
        program.Load(program.Local, 0, 64);
        program.Load(program.Local, 0, 64);
        program.Machine.Dma.Wait(LoadChannel);

        Assert.Empty(program.Hazards);
    }

    [Fact]
    public void NeverWritten_HalfOfTheReadBytes_NamesThem()
    {
        var program = new SmallProgram();
        program.Load(program.Local, 0, 64);
        program.Machine.Dma.Wait(LoadChannel);
        program.ComputeFrom(program.Local, 0, 128);

        Hazard hazard = Assert.Single(program.Hazards);
        Assert.Equal(HazardRule.NeverWritten, hazard.Rule);
        Assert.Equal((64L, 127L), (hazard.FirstByte, hazard.LastByte));
    }

    [Fact]
    public void NeverWritten_BytesOfTheProgramBefore_Count()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Machine.EndProgram();
        program.Machine.BeginProgram("second");
        MemoryBuffer again = program.Machine.Allocate(0, "again", 64);
        program.ComputeFrom(again, 0, 64);

        Assert.Equal([HazardRule.NeverWritten], program.Rules);
    }

    [Fact]
    public void OutsideBuffer_WriteIntoTheNeighbour_NamesIt()
    {
        var program = new SmallProgram();
        MemoryBuffer neighbour = program.Machine.Allocate(0, "neighbour", 64);
        program.Load(program.Local, program.Local.LengthBytes - 8, 16);
        program.Machine.Dma.Wait(LoadChannel);

        Hazard hazard = Assert.Single(program.Hazards);
        Assert.Equal(HazardRule.OutsideBuffer, hazard.Rule);
        Assert.Equal((program.Local.LengthBytes, program.Local.LengthBytes + 7L), (hazard.FirstByte, hazard.LastByte));
        Assert.Contains($"'{neighbour.Label}' at byte 0", hazard.CollidesWith, StringComparison.Ordinal);
    }

    [Fact]
    public void OutsideBuffer_MachineOfCorrectedPrograms_Faults()
    {
        var program = new SmallProgram(OutOfBoundsBehavior.Fault);

        Assert.Throws<HardwareFaultException>(() => program.Load(program.Local, program.Local.LengthBytes - 8, 16));
    }

    [Fact]
    public void OutsideBank_AndBankOverflow_Found()
    {
        var program = new SmallProgram();
        MemoryBuffer large = program.Machine.Allocate(1, "large", 5000);
        program.Fill(large);

        Assert.Equal([HazardRule.BankOverflow, HazardRule.OutsideBank], program.Rules);
        Assert.Equal((4096L, 4999L), (program.Hazards[1].FirstByte, program.Hazards[1].LastByte));
    }

    [Fact]
    public void BufferOverlap_OneBufferOverAnother_Found()
    {
        var program = new SmallProgram(OutOfBoundsBehavior.Continue, new OverlappingAllocator());
        program.Machine.Allocate(0, "second", 64);

        Assert.Equal([HazardRule.BufferOverlap], program.Rules);
    }

    [Fact]
    public void OverRead_AndOverWrite_OfATensor_Found()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Issue(LoadChannel, StridedRegion.Linear(program.Tensor, 1020, 8), StridedRegion.Linear(program.Local, 0, 8));
        program.Machine.Dma.Wait(LoadChannel);
        program.Issue(StoreChannel, StridedRegion.Linear(program.Local, 0, 8), StridedRegion.Linear(program.Result, 1020, 8));
        program.Machine.Dma.Wait(StoreChannel);

        Assert.Equal([HazardRule.OverRead, HazardRule.OverWrite], program.Rules);
    }

    [Fact]
    public void DescriptorRange_RowsBeyond16Bits_Found()
    {
        var program = new SmallProgram();
        program.Issue(LoadChannel, StridedRegion.Rows(program.Tensor, 0, 1, 40000, 0), StridedRegion.Rows(program.Local, 0, 1, 40000, 0));
        program.Machine.Dma.Wait(LoadChannel);

        Assert.Equal([HazardRule.DescriptorRange], program.Rules);
    }

    [Theory]
    [InlineData(32, 32, 0)]
    [InlineData(33, 32, 1)]
    [InlineData(32, 40, 1)]
    public void Misaligned_StartOrSecondRow_Found(int offsetBytes, int pitchBytes, int expected)
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Machine.BeginCompute(new ComputeStep("aligned", default, [StridedRegion.Rows(program.Local, offsetBytes, 8, 2, pitchBytes)], [])
        {
            AlignmentBytes = 32,
        });

        Assert.Equal(expected, program.Rules.Count(static rule => rule == HazardRule.Misaligned));
    }

    [Fact]
    public void InFlightAtReturn_UnwaitedLoad_Found()
    {
        var program = new SmallProgram();
        program.Load(program.Local, 0, 64);
        program.Machine.EndProgram();

        Assert.Equal([HazardRule.InFlightAtReturn], program.Rules);
    }

    [Fact]
    public void DmaReadsDirtyLine_TensorNotWrittenBack_Found()
    {
        var program = new SmallProgram();
        MemoryBuffer tensor = program.Machine.System.Allocate("fresh", 256);
        program.Machine.WriteBackCache(StridedRegion.Linear(tensor, 0, 128));
        program.Issue(LoadChannel, StridedRegion.Linear(tensor, 0, 256), StridedRegion.Linear(program.Local, 0, 256));
        program.Machine.Dma.Wait(LoadChannel);

        Hazard hazard = Assert.Single(program.Hazards);
        Assert.Equal(HazardRule.DmaReadsDirtyLine, hazard.Rule);
        Assert.Equal((128L, 255L), (hazard.FirstByte, hazard.LastByte));
    }

    [Fact]
    public void DmaWritesUnderDirtyLine_ThenStaleCacheRead_Found()
    {
        var program = new SmallProgram();
        MemoryBuffer tensor = program.Machine.System.Allocate("fresh", 256);
        program.Fill(program.Local);
        program.Issue(StoreChannel, StridedRegion.Linear(program.Local, 0, 256), tensor.Whole());
        program.Machine.Dma.Wait(StoreChannel);
        program.Machine.HandBack(tensor);

        Assert.Equal([HazardRule.DmaWritesUnderDirtyLine, HazardRule.StaleCacheRead], program.Rules);
    }

    [Fact]
    public void PartialLineInvalidate_DirtyNeighbourInTheLine_Found()
    {
        var program = new SmallProgram();
        MemoryBuffer tensor = program.Machine.System.Allocate("fresh", 256);
        program.Machine.InvalidateCache(StridedRegion.Linear(tensor, 0, 100));

        Hazard hazard = Assert.Single(program.Hazards);
        Assert.Equal(HazardRule.PartialLineInvalidate, hazard.Rule);
        Assert.Equal((100L, 127L), (hazard.FirstByte, hazard.LastByte));
    }

    /// <summary>A value of 100 bytes where one of 256 lay: the end of its line held bytes of the dead value, and belongs to nobody now.</summary>
    [Theory]
    [InlineData(100, 0)]
    [InlineData(99, 1)]
    public void PartialLineInvalidate_RestOfTheLastLineOfATensor_IsNobodys(int invalidatedBytes, int hazards)
    {
        var program = new SmallProgram();
        MemoryBuffer dead = program.Machine.System.Allocate("dead", 256);
        program.Fill(dead);
        MemoryBuffer value = dead.Slice("value", 0, 100);
        program.Machine.InvalidateCache(StridedRegion.Linear(value, 0, invalidatedBytes));

        Assert.Equal(hazards, program.Hazards.Count);
    }

    [Fact]
    public void IgnoredStatus_AndArithmeticWarnings_Reported()
    {
        var program = new SmallProgram();
        var step = new ComputeStep("kernel", default, [], []);
        program.Machine.IgnoreStatus("kernel", "a reason");
        program.Machine.BeginCompute(step);
        program.Machine.EndCompute(step, new ArithmeticEvents(3, 2, 1));

        Assert.Equal([HazardRule.IgnoredStatus, HazardRule.AccumulatorOverflow, HazardRule.Int16Saturation, HazardRule.Int16Saturation], program.Rules);
        Assert.Equal(3, program.Hazards[1].Occurrences);
    }

    [Fact]
    public void Rules_All_HaveDistinctNamesAndExplanations()
    {
        Assert.Equal(HazardRule.All.Count, HazardRule.All.Select(static rule => rule.Name).Distinct().Count());
        Assert.All(HazardRule.All, static rule => Assert.NotEmpty(rule.Explanation));
    }

    private sealed class OverlappingAllocator : MachineInterceptor
    {
        private MemoryBuffer? first;

        public override MemoryBuffer Allocated(MemoryBuffer buffer) => first ??= buffer;
    }
}
