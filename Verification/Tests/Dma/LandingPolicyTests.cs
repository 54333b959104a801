using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Verification.Hazards;

namespace TileProof.Tests.Dma;

public sealed class LandingPolicyTests
{
    private const MachineMode Mode = MachineMode.MemoryModel;

    /// <summary>A transfer of n bytes keeps its channel for n cycles and is done 16 cycles later.</summary>
    private static readonly CostCoefficients Costs =
        CostCoefficients.Zero.With(Mode, MemoryTerm.DmaByte, 1).With(Mode, MemoryTerm.DmaLatency, 16);

    [Theory]
    [InlineData(LandingKind.AtIssue, "issue")]
    [InlineData(LandingKind.AtWait, "wait")]
    [InlineData(LandingKind.Random, "random:7")]
    [InlineData(LandingKind.Modelled, "modelled")]
    public void Create_Kind_HasItsName(LandingKind kind, string expected) => Assert.Equal(expected, LandingPolicies.Create(kind, 7).Name);

    [Fact]
    public void Create_UnknownKind_Throws() => Assert.Throws<ArgumentOutOfRangeException>(static () => LandingPolicies.Create((LandingKind)99, 0));

    [Fact]
    public void AtIssue_MovesAllBytesAtOnce_AtWait_NoneUntilTheWait()
    {
        var issue = new TransferBench(new LandAtIssue());
        issue.LoadRows(1, 0, 7);
        var wait = new TransferBench(new LandAtWait());
        wait.LoadRows(1, 0, 7);
        wait.PassCycles(4);

        Assert.True(issue.HasLanded(0, 14));
        Assert.Equal(7, issue.Seen.Transfers[0].LandedRows);
        Assert.Equal(0, wait.Seen.Transfers[0].LandedRows);
        wait.Machine.Dma.Wait(1);
        Assert.True(wait.HasLanded(0, 14));
        Assert.True(wait.Seen.Transfers[0].HasLanded);
    }

    /// <summary>Of a transfer of two rows: nothing in a third of the seeds, one row in a sixth, both in the rest.</summary>
    [Fact]
    public void Random_FirstStep_NothingPartOrAll()
    {
        int[] seeds = new int[3];
        for (int seed = 0; seed < 600; seed++)
        {
            var bench = new TransferBench(new LandAtRandom(seed));
            bench.LoadRows(1, 0, 2);
            seeds[bench.Seen.Transfers[0].LandedRows]++;
            bench.Machine.Dispose();
        }

        Assert.InRange(seeds[0], 165, 235);
        Assert.InRange(seeds[1], 70, 130);
        Assert.InRange(seeds[2], 265, 335);
    }

    [Fact]
    public void Random_PartsOfManyRows_EveryNumberOccursAndBytesFollow()
    {
        var landed = new HashSet<int>();
        for (int seed = 0; seed < 300; seed++)
        {
            var bench = new TransferBench(new LandAtRandom(seed));
            bench.LoadRows(0, 10, 7);
            DmaTransfer transfer = bench.Seen.Transfers[0];
            int before = 0;
            for (int step = 0; step < 100 && !transfer.HasLanded; step++)
            {
                landed.Add(transfer.LandedRows);
                Assert.InRange(transfer.LandedRows, before, 6);
                Assert.True(bench.HasLanded(10, 2 * transfer.LandedRows));
                Assert.False(bench.HasLanded(10 + (2 * transfer.LandedRows), 2));
                before = transfer.LandedRows;
                bench.PassCycles(1);
            }

            Assert.True(bench.HasLanded(10, 14));
            bench.Machine.Dispose();
        }

        Assert.Equal([0, 1, 2, 3, 4, 5, 6], landed.Order());
    }

    [Fact]
    public void Random_TransfersOfOneChannel_KeepTheirOrder_ChannelsDoNot()
    {
        bool otherFirst = false;
        bool ownFirst = false;
        for (int seed = 0; seed < 200; seed++)
        {
            var bench = new TransferBench(new LandAtRandom(seed));
            bench.LoadRows(1, 0, 3);
            bench.LoadRows(1, 6, 3);
            bench.LoadRows(0, 12, 3);
            for (int step = 0; step < 4; step++)
            {
                List<DmaTransfer> transfers = bench.Seen.Transfers;
                Assert.True(transfers[0].HasLanded || transfers[1].LandedRows == 0);
                otherFirst |= transfers[2].HasLanded && !transfers[0].HasLanded;
                ownFirst |= transfers[1].HasLanded && !transfers[2].HasLanded;
                bench.PassCycles(1);
            }

            bench.Machine.Dispose();
        }

        Assert.True(otherFirst && ownFirst);
    }

    [Fact]
    public void Random_ChannelWithNothingToMove_DrawsNothing()
    {
        static List<int> Schedule(int seed, int channel)
        {
            var bench = new TransferBench(new LandAtRandom(seed));
            bench.LoadRows(channel, 0, 1);
            bench.Machine.Dma.Wait(channel);
            bench.LoadRows(channel, 2, 40);
            var rows = new List<int>();
            for (int step = 0; step < 6; step++)
            {
                rows.Add(bench.Seen.Transfers[1].LandedRows);
                bench.PassCycles(1);
            }

            return rows;
        }

        for (int seed = 0; seed < 20; seed++)
        {
            Assert.Equal(Schedule(seed, 0), Schedule(seed, 1));
        }

        Assert.NotEqual(Schedule(1, 0), Schedule(2, 0));
    }

    /// <summary>Time is looked at before it passes: what arrives at cycle 48 is there for the step that begins then.</summary>
    [Theory]
    [InlineData(32, 48)]
    [InlineData(33, 49)]
    [InlineData(31, 47)]
    public void Modelled_OneTransfer_LandsAsAWholeAtItsCycle(int lengthBytes, int arrival)
    {
        var bench = new TransferBench(new LandAtModelledTime(Costs));
        bench.Load(1, 0, lengthBytes);

        Assert.Equal(arrival, CyclesUntil(bench, () => bench.HasLanded(0, lengthBytes)));
    }

    [Fact]
    public void Modelled_TransfersOfAChannelFollowEachOther_TheOtherChannelDoesNotWait()
    {
        var bench = new TransferBench(new LandAtModelledTime(Costs));
        bench.Load(1, 0, 32);
        bench.Load(1, 32, 8);
        bench.Load(0, 64, 20);

        Assert.Equal(20 + 16, CyclesUntil(bench, () => bench.HasLanded(64, 20)));
        Assert.False(bench.HasLanded(0, 32));
        Assert.Equal(32 + 16, 36 + CyclesUntil(bench, () => bench.HasLanded(0, 32)));
        Assert.Equal(32 + 8 + 16, 48 + CyclesUntil(bench, () => bench.HasLanded(32, 8)));
    }

    [Fact]
    public void Modelled_AfterAWait_TheNextTransferStartsThen()
    {
        var bench = new TransferBench(new LandAtModelledTime(Costs));
        bench.Load(1, 0, 32);
        bench.Load(0, 32, 4);
        bench.Machine.Dma.Wait(1);
        bench.Machine.Dma.Wait(0);
        bench.Load(1, 64, 8);

        Assert.Equal(8 + 16, CyclesUntil(bench, () => bench.HasLanded(64, 8)));
    }

    [Fact]
    public void Modelled_ChannelThatWasIdle_StartsAtTheMomentOfIssue()
    {
        var bench = new TransferBench(new LandAtModelledTime(Costs));
        bench.PassCycles(4);
        bench.Load(1, 0, 8);

        Assert.Equal(8 + 16, CyclesUntil(bench, () => bench.HasLanded(0, 8)));
    }

    [Fact]
    public void Modelled_OtherWork_TakesACycleForEveryVectorReadOrWritten()
    {
        var bench = new TransferBench(new LandAtModelledTime(Costs));
        bench.Load(1, 0, 8);
        var step = new ComputeStep("kernel", default, [StridedRegion.Linear(bench.Other, 0, 128), StridedRegion.Linear(bench.Other, 0, 64)], [StridedRegion.Linear(bench.Other, 128, 64)]);
        int steps = 0;
        while (steps < 100 && !bench.HasLanded(0, 8))
        {
            bench.Machine.BeginCompute(step);
            steps++;
        }

        // Four cycles a step; the seventh begins at cycle 24.
        Assert.Equal(7, steps);
    }

    [Fact]
    public void Modelled_ConvolutionStep_TakesTheCyclesOfTheModel()
    {
        var shape = Conv2dShape.Create(16, 9, 13, 24, 3, 3, 1, 1);
        Conv2dTilePlan plan = Conv2dTilePlanner.Plan(shape, DspConfiguration.FromBankBytes(8192, 16384));
        var request = new ConvolutionRequest(plan, 1, ConvolutionCase.Create(shape, 1, 3).Requantization, DspConfiguration.FromBankBytes(8192, 16384));
        TileProgram program = ProgramLibrary.Corrected.Write(request);
        Instruction kernel = program.Instructions.First(static one => one.Parameters.Kernel == ProgramKernel.Convolution);
        var step = new ProgramStep(program, kernel with { Parameters = kernel.Parameters with { Rows = 2, OutChannels = 16 } }, [], []);
        CostCoefficients coefficients = Costs.With(CoreTerm.TileSetup, 5).With(CoreTerm.Pack, 3);
        var costs = new KernelCosts(coefficients, Mode);
        ConvolutionWork work = ConvolutionWork.OfKernelCall(shape, plan.InputRowPitchBytes, 2, 16);
        double cycles = 5 + costs.KernelCycles(work) + costs.EpilogueCycles(work);
        Assert.True(costs.EpilogueCycles(work) > 1 && costs.KernelCycles(work) > 5);

        // Done exactly when the step is, and a cycle too late for it.
        Assert.True(IsThereAfter(cycles));
        Assert.False(IsThereAfter(cycles + 1));

        bool IsThereAfter(double arrival)
        {
            var bench = new TransferBench(new LandAtModelledTime(coefficients.With(Mode, MemoryTerm.DmaByte, 0).With(Mode, MemoryTerm.DmaLatency, arrival)));
            bench.Load(1, 0, 8);
            bench.Machine.BeginCompute(step);
            bench.PassCycles(1);
            return bench.HasLanded(0, 8);
        }
    }

    /// <summary>Passes single cycles until something is so; the step that sees it has not passed.</summary>
    private static int CyclesUntil(TransferBench bench, Func<bool> isSo)
    {
        for (int cycles = 0; cycles < 1000; cycles++)
        {
            bench.Machine.Dma.Advance();
            if (isSo())
            {
                return cycles;
            }

            bench.PassCycles(1);
        }

        return -1;
    }
}
