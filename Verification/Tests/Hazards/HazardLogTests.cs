using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.Tests.Snapshots;

namespace TileProof.Tests.Hazards;

/// <summary>What is told of a hazard: the words, the counts, and the operations around it.</summary>
public sealed class HazardLogTests
{
    private const int Load = SmallProgram.LoadChannel;
    private const int Store = SmallProgram.StoreChannel;

    [Fact]
    public void Timeline_FirstOfARule_NineOperationsBeforeAndFourAfter()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Machine.Fill(StridedRegion.Linear(program.Local, 8, 8), 1, FillPurpose.EdgeExtension);
        program.Load(program.Local, 0, 64);
        program.Store(program.Local, 128, 64);
        program.Machine.Dma.Wait(Store, 1);
        program.Machine.Dma.Wait(Store);
        program.Compute([StridedRegion.Linear(program.Local, 0, 8)], []);
        program.Machine.HandBack(program.Result);
        program.Machine.WriteBackCache(program.Tensor.Whole());
        program.Machine.InvalidateCache(program.Result.Whole());
        program.Machine.Dma.Wait(Load);
        program.Machine.EndProgram();

        Hazard hazard = program.Hazards[0];
        Assert.Equal(HazardRule.ReadBeforeArrival, hazard.Rule);
        Assert.Equal(
            [
                "  cache invalidation of 'result' bytes 0..1023 in system",
                "  cache write-back of 'behind' bytes 0..127 in system",
                "  fill of 'local' bytes 0..1023 in DRAM0",
                "  edge extension of 'local' bytes 8..15 in DRAM0",
                "  DMA channel 1 'load' from 'tensor' bytes 0..63 in system to 'local' bytes 0..63 in DRAM0",
                "  DMA channel 0 'store' from 'local' bytes 128..191 in DRAM0 to 'result' bytes 0..63 in system",
                "  wait for channel 0 down to 1",
                "  wait for channel 0",
                "> compute kernel n0 c1 h2",
                "  return of the result 'result' in system[1024..2048)",
                "  cache write-back of 'tensor' bytes 0..1023 in system",
                "  cache invalidation of 'result' bytes 0..1023 in system",
                "  wait for channel 1",
            ],
            hazard.Timeline);
    }

    [Fact]
    public void Timeline_FewOperations_FromTheStartOfTheProgram()
    {
        var monitor = new HazardMonitor(DspConfiguration.FromBankBytes(4096, 4096));
        MemoryBuffer local = new SmallProgram().Local;
        monitor.ProgramStarted("small");
        monitor.Allocated(local);
        monitor.Computing(new ComputeStep("kernel", default, [StridedRegion.Linear(local, 0, 8)], []));
        monitor.ProgramEnded();

        Assert.Equal(
            ["  small", "  allocation of 'local' in DRAM0[0..1024)", "> compute kernel n0 c0 h0", "  return of the program"],
            Assert.Single(monitor.Hazards).Timeline);
    }

    [Fact]
    public void SecondKindOfARule_HasNoTimeline_AnotherRuleHas()
    {
        var program = new SmallProgram();
        MemoryBuffer other = program.Machine.Allocate(1, "other", 64);
        program.ComputeFrom(program.Local, 0, 8);
        program.ComputeFrom(other, 0, 8);
        program.Fill(program.Local);
        program.Load(program.Local, 0, 64);
        program.ComputeFrom(program.Local, 0, 8);

        Assert.Equal([HazardRule.NeverWritten, HazardRule.NeverWritten, HazardRule.ReadBeforeArrival], program.Rules);
        Assert.Equal(["local", "other", "local"], program.Hazards.Select(static hazard => hazard.Buffer));
        Assert.Empty(program.Hazards[1].Timeline);
        Assert.NotEmpty(program.Hazards[2].Timeline);
        Assert.Equal("DRAM1", program.Hazards[1].Memory);
    }

    [Fact]
    public void SameKindAgain_IsCounted_ToldOnce_FirstIsKept()
    {
        var program = new SmallProgram();
        for (int i = 0; i < 3; i++)
        {
            program.Machine.BeginCompute(new ComputeStep("kernel", new TileCoordinates(i, 0, 0), [StridedRegion.Linear(program.Local, 8 * i, 8)], []));
        }

        Hazard hazard = program.Only(HazardRule.NeverWritten);
        Assert.Equal((3L, 0L, 7L), (hazard.Occurrences, hazard.FirstByte, hazard.LastByte));
        Assert.Equal(new TileCoordinates(0, 0, 0), hazard.Tile);
        Assert.Equal(1, Assert.Single(program.Told).Occurrences);
    }

    [Fact]
    public void SameTransferRuleAgain_IsCounted_AnotherProgramOrOperationIsAnotherKind()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Load(program.Local, 0, 64);
        program.ComputeFrom(program.Local, 0, 8);
        program.ComputeFrom(program.Local, 8, 8);
        program.Store(program.Local, 0, 8);
        program.Machine.Dma.Wait(Store);
        program.Machine.Dma.Wait(Load);
        program.Machine.EndProgram();
        program.Machine.BeginProgram("second");
        MemoryBuffer local = program.Machine.Allocate(0, "local", 1024);
        program.Fill(local);
        program.Load(local, 0, 64);
        program.ComputeFrom(local, 0, 8);

        Assert.Equal([(2L, "program"), (1L, "program"), (1L, "second")], program.Hazards.Select(static hazard => (hazard.Occurrences, hazard.Program)));
        Assert.All(program.Rules, static rule => Assert.Equal(HazardRule.ReadBeforeArrival, rule));
    }

    [Fact]
    public void Tile_IsTheOneComputedLast_AndForgottenByTheNextProgram()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        program.Compute([], []);
        program.Machine.Fill(StridedRegion.Linear(program.Local, 1020, 8), 0, FillPurpose.WholeBuffer);
        program.Machine.BeginProgram("second");
        MemoryBuffer local = program.Machine.Allocate(0, "local", 64);
        program.Machine.Fill(StridedRegion.Linear(local, 60, 8), 0, FillPurpose.WholeBuffer);

        Assert.Equal([new TileCoordinates(0, 1, 2), default], program.Hazards.Select(static hazard => hazard.Tile));
    }

    [Fact]
    public void ArithmeticWarnings_AddUpElementsOfEachKind_AndAreNoViolation()
    {
        var program = new SmallProgram();
        var step = new ComputeStep("kernel", default, [], []);
        program.Machine.EndCompute(step, new ArithmeticEvents(3, 0, 0));
        program.Machine.EndCompute(step, new ArithmeticEvents(4, 5, 0));
        program.Machine.EndCompute(step, new ArithmeticEvents(0, 1, 7));

        Assert.Equal(
            [("elements whose sum left 24 bits", 7L), ("elements saturated by the first shift", 6L), ("elements saturated by the second shift", 7L)],
            program.Hazards.Select(static hazard => (hazard.CollidesWith, hazard.Occurrences)));
        Assert.All(program.Hazards, static hazard => Assert.Equal(("", "", "compute kernel n0 c0 h0"), (hazard.Memory, hazard.Buffer, hazard.Operation)));
        Assert.All(program.Hazards, static hazard => Assert.Equal(HazardSeverity.Warning, hazard.Rule.Severity));

        program.Machine.IgnoreStatus("kernel", "a reason");

        Assert.Equal(("call of kernel", "a reason"), (program.Hazards[^1].Operation, program.Hazards[^1].CollidesWith));
        Assert.Equal(HazardSeverity.Violation, program.Hazards[^1].Rule.Severity);
    }

    [Fact]
    public void RingOverflow_SaysChannelAndCount_TheTransferBeforeIsNoWait()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        for (int i = 0; i < 4; i++)
        {
            program.Load(program.Local, i * 64, 64);
        }

        Hazard hazard = program.Only(HazardRule.RingOverflow);
        Assert.Equal(("issue on channel 1", "channel 1 holds 2 descriptors that were not waited for", 2L), (hazard.Operation, hazard.CollidesWith, hazard.Occurrences));
    }

    [Fact]
    public void NeverWritten_Rows_NamesTheFirstBytesThatAreMissing_InEachBank()
    {
        var program = new SmallProgram();
        MemoryBuffer other = program.Machine.Allocate(1, "other", 256);
        program.Machine.Fill(StridedRegion.Rows(program.Local, 0, 8, 3, 16), 1, FillPurpose.WholeBuffer);
        program.Machine.Fill(StridedRegion.Rows(other, 0, 8, 3, 16), 1, FillPurpose.WholeBuffer);
        program.Compute([StridedRegion.Rows(program.Local, 0, 8, 3, 16), StridedRegion.Rows(other, 0, 8, 3, 16)], []);
        Assert.Empty(program.Hazards);

        program.Compute([StridedRegion.Rows(program.Local, 4, 4, 4, 16), StridedRegion.Rows(other, 1, 8, 2, 16)], []);

        Assert.Equal([("local", 52L, 55L), ("other", 8L, 8L)], program.Hazards.Select(static hazard => (hazard.Buffer, hazard.FirstByte, hazard.LastByte)));
        Assert.All(program.Hazards, static hazard => Assert.Equal("nothing has been written there since the program began", hazard.CollidesWith));
    }

    [Fact]
    public void NeverWritten_BytesWrittenByComputationAndTransfer_Count_EmptyReadsDoNot()
    {
        var program = new SmallProgram();
        program.Compute([StridedRegion.Linear(program.Local, 512, 0)], [StridedRegion.Linear(program.Local, 0, 64)]);
        program.Load(program.Local, 64, 64);
        program.Machine.Dma.Wait(Load);
        program.Store(program.Local, 0, 128);
        program.Machine.Dma.Wait(Store);
        Assert.Empty(program.Hazards);

        program.Store(program.Local, 120, 16);

        program.AssertOnly(HazardRule.NeverWritten, 128, 135);
    }

    [Theory]
    [InlineData("local", "DMA", 1, "never-written in p, tile n0 c1 h2: read, 'local' bytes 3..4 in DRAM0; DMA")]
    [InlineData("", "DMA", 1, "never-written in p, tile n0 c1 h2: read; DMA")]
    [InlineData("local", "", 1, "never-written in p, tile n0 c1 h2: read, 'local' bytes 3..4 in DRAM0")]
    [InlineData("", "", 2, "never-written in p, tile n0 c1 h2: read (2 times)")]
    public void Sentence_LeavesOutWhatThereIsNot(string buffer, string collidesWith, int occurrences, string expected)
    {
        var hazard = new Hazard
        {
            Rule = HazardRule.NeverWritten, Program = "p", Tile = new TileCoordinates(0, 1, 2), Memory = "DRAM0", Buffer = buffer, FirstByte = 3, LastByte = 4,
            Operation = "read", CollidesWith = collidesWith, Occurrences = occurrences, Timeline = [],
        };

        Assert.Equal(expected, hazard.ToString());
    }

    [Fact]
    public void Rules_InWords() => Snapshot.Verify(string.Concat(HazardRule.All.Select(static rule =>
        $"{rule} | {rule.Severity} | {rule.AppliesTo}\n  {rule.Explanation}\n")));
}
