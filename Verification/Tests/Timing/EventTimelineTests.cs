using TileProof.HwModel.Dma;
using TileProof.HwModel.Timing;

namespace TileProof.Tests.Timing;

public sealed class EventTimelineTests
{
    [Fact]
    public void Wait_TransferShorterThanCompute_IsHiddenBehindIt()
    {
        var timeline = new EventTimeline(ringDepth: 2);
        timeline.Issue(1, TransferPurpose.Input, new TransferTime(80), 1);
        timeline.Compute(CycleCategory.Kernel, 100);
        timeline.Wait(1);
        Assert.Equal(100, timeline.NowCycles);
        Assert.Equal(0, timeline.Split.WaitCycles);
    }

    [Fact]
    public void Wait_TransferLongerThanCompute_StallsForTheRest()
    {
        var timeline = new EventTimeline(ringDepth: 2);
        timeline.Issue(1, TransferPurpose.Input, new TransferTime(130), 1);
        timeline.Compute(CycleCategory.Kernel, 100);
        timeline.Wait(1);
        Assert.Equal(130, timeline.NowCycles);
        Assert.Equal(30, timeline.Split[CycleCategory.WaitInput]);
    }

    [Fact]
    public void Issue_SameChannel_ServesInOrderAndOverlapsLatencyWithData()
    {
        var timeline = new EventTimeline(ringDepth: 4, recordSpans: true);
        timeline.Issue(0, TransferPurpose.Coefficients, new TransferTime(10, latencyCycles: 7), 1, "first");
        timeline.Issue(0, TransferPurpose.Output, new TransferTime(20, latencyCycles: 7), 1, "second");
        timeline.Wait(0, outstandingCount: 1);
        Assert.Equal(17, timeline.NowCycles);
        timeline.Wait(0);
        Assert.Equal(37, timeline.NowCycles);
        Assert.Equal(17, timeline.Split[CycleCategory.WaitCoefficients]);
        Assert.Equal(20, timeline.Split[CycleCategory.WaitOutputStore]);
        Assert.Equal([(0.0, 10.0), (10.0, 30.0)], timeline.Spans.Where(s => s.Track == TimelineTrack.Dma0).Select(s => (s.StartCycles, s.EndCycles)));
    }

    [Fact]
    public void Issue_TwoChannels_WorkBesideEachOther()
    {
        var timeline = new EventTimeline(ringDepth: 2);
        timeline.Issue(0, TransferPurpose.Coefficients, new TransferTime(50), 5);
        timeline.Issue(1, TransferPurpose.Input, new TransferTime(60), 6);
        timeline.Wait(0);
        timeline.Wait(1);
        Assert.Equal(60, timeline.NowCycles);
        Assert.Equal(50, timeline.BusyCycles(0));
        Assert.Equal(60, timeline.BusyCycles(1));
        Assert.Equal(11, timeline.DmaBytes);
        Assert.Equal(2, timeline.TransferCount);
    }

    [Fact]
    public void Issue_FullRing_WaitsForTheOldest()
    {
        var timeline = new EventTimeline(ringDepth: 2);
        timeline.Issue(0, TransferPurpose.Output, new TransferTime(40), 1);
        timeline.Issue(0, TransferPurpose.Output, new TransferTime(40), 1);
        Assert.Equal(0, timeline.NowCycles);
        timeline.Issue(0, TransferPurpose.Output, new TransferTime(40), 1);
        Assert.Equal(40, timeline.NowCycles);
    }

    [Fact]
    public void Issue_RingOfFinishedTransfers_DoesNotWait()
    {
        var timeline = new EventTimeline(ringDepth: 1);
        timeline.Issue(0, TransferPurpose.Output, new TransferTime(40), 1);
        timeline.Compute(CycleCategory.Kernel, 50);
        timeline.Issue(0, TransferPurpose.Output, new TransferTime(40), 1);
        Assert.Equal(50, timeline.NowCycles);
    }

    [Fact]
    public void Split_AnyProgram_AddsUpToTheTotal()
    {
        var timeline = new EventTimeline(ringDepth: 2);
        for (int tile = 0; tile < 20; tile++)
        {
            timeline.Issue(1, TransferPurpose.Input, new TransferTime(37 + tile, 11), 1);
            timeline.Compute(CycleCategory.Fill, 5);
            timeline.Wait(1);
            timeline.Compute(CycleCategory.Kernel, 3 * tile);
            timeline.Issue(0, TransferPurpose.Output, new TransferTime(tile * tile), 1);
        }

        timeline.Wait(0);
        Assert.Equal(timeline.NowCycles, Enum.GetValues<CycleCategory>().Sum(category => timeline.Split[category]), 9);
    }

    [Fact]
    public void Compute_NegativeOrNotANumber_Throws()
    {
        var timeline = new EventTimeline(ringDepth: 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => timeline.Compute(CycleCategory.Kernel, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => timeline.Compute(CycleCategory.Kernel, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransferTime(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransferTime(1, -1));
    }
}
