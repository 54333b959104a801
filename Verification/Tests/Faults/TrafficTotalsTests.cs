using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.Verification.Mutation;

namespace TileProof.Tests.Faults;

/// <summary>What a program does to the machine, counted by channel, on traffic that is unlike on the two.</summary>
public sealed class TrafficTotalsTests
{
    [Fact]
    public void Counts_OfEachKind_AddUp()
    {
        var totals = new TrafficTotals();
        var machine = new DspMachine(DspConfiguration.FromBankBytes(1024, 2048), 4096, new LandAtWait(), null, [totals]);
        MemoryBuffer tensor = machine.System.Allocate("tensor", 512);
        machine.BeginProgram("program");
        MemoryBuffer local = machine.Allocate(1, "local", 256);
        Assert.Equal(default, totals.Counts);

        Issue(0, 5);
        Assert.Equal(new TrafficCounts(1, 5, 0, 0, 0, 0, 0, 0, 0), totals.Counts);
        Issue(1, 17);
        Issue(1, 30);
        Issue(0, 8);
        Issue(1, 3);
        Assert.Equal(new TrafficCounts(2, 13, 3, 50, 0, 0, 0, 0, 0), totals.Counts);
        Assert.Equal(63, totals.Counts.DmaBytes);

        machine.Dma.Wait(1);
        Assert.Equal((0L, 1L), (totals.Counts.Channel0Waits, totals.Counts.Channel1Waits));
        machine.Dma.Wait(0);
        machine.Dma.Wait(0);
        Assert.Equal((2L, 1L), (totals.Counts.Channel0Waits, totals.Counts.Channel1Waits));

        StridedRegion rows = StridedRegion.Rows(local, 0, 2, 7, 4);
        machine.Fill(rows, 0, FillPurpose.WholeBuffer);
        machine.Fill(StridedRegion.Linear(local, 0, 10), 0, FillPurpose.WholeBuffer);
        totals.Computing(new ComputeStep("kernel", default, [rows], [rows]));
        totals.Computing(new ComputeStep("kernel", default, [rows], [rows]));
        totals.Computing(new ComputeStep("kernel", default, [rows], [rows]));
        totals.CacheWrittenBack(StridedRegion.Linear(tensor, 0, 64));
        totals.CacheInvalidated(StridedRegion.Linear(tensor, 64, 128));
        Assert.Equal(new TrafficCounts(2, 13, 3, 50, 2, 1, 24, 3, 192), totals.Counts);

        void Issue(int channel, int bytes) => machine.Dma.Issue(
            channel, DmaDescriptor.Create(StridedRegion.Linear(tensor, 0, bytes), StridedRegion.Linear(local, 0, bytes), new TransferLabel("load")));
    }
}
