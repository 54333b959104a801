using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.Tests.Dma;

public sealed class DmaEngineTests
{
    [Fact]
    public void Issue_BothChannels_OneOrderAndOldestFirst()
    {
        var bench = new TransferBench(new LandAtWait());
        bench.Load(1, 0, 8);
        bench.Load(0, 8, 8);
        bench.Load(1, 16, 8);

        Assert.Equal([0, 1, 2], bench.Seen.Transfers.Select(static transfer => transfer.Sequence));
        Assert.Equal([0, 1], bench.Machine.Dma.Channels.Select(static channel => channel.Index));
        Assert.Equal([1L], bench.Machine.Dma.Channels[0].Outstanding.Select(static transfer => transfer.Sequence));
        Assert.Equal([0L, 2L], bench.Machine.Dma.Channels[1].Outstanding.Select(static transfer => transfer.Sequence));
        Assert.Equal(2, bench.Machine.Dma.Channels[1].Outstanding.Count);
        Assert.Equal(bench.Machine.Dma.Channels[1], bench.Seen.Transfers[2].Channel);
    }

    [Fact]
    public void WaitUntilOutstanding_One_LandsAllButTheYoungest()
    {
        var bench = new TransferBench(new LandAtWait(), DspConfiguration.FromBankBytes(1024, 2048) with { RingDepth = 3 });
        bench.Load(1, 0, 8);
        bench.Load(1, 8, 8);
        bench.Load(1, 16, 8);
        bench.Load(0, 24, 8);
        bench.Machine.Dma.Wait(1, 1);

        Assert.Equal([true, true, false, false], [bench.HasLanded(0, 8), bench.HasLanded(8, 8), bench.HasLanded(16, 8), bench.HasLanded(24, 8)]);
        Assert.Single(bench.Machine.Dma.Channels[1].Outstanding);
        Assert.Equal([true, true, false, false], bench.Seen.Transfers.Select(static transfer => transfer.HasLanded));

        bench.Machine.Dma.Wait(1);

        Assert.True(bench.HasLanded(16, 8));
        Assert.Empty(bench.Machine.Dma.Channels[1].Outstanding);
        Assert.Equal(["waited 1 down to 1", "waited 1 down to 0"], bench.Seen.Events[^2..]);
        Assert.Throws<ArgumentOutOfRangeException>(() => bench.Machine.Dma.Wait(1, -1));
    }

    [Fact]
    public void Channel_LandsRowsOfTheOldestThatHasNotLanded()
    {
        var bench = new TransferBench(new LandAtWait());
        DmaChannel channel = bench.Machine.Dma.Channels[1];
        channel.LandNext(2);
        bench.LoadRows(1, 0, 7);
        bench.LoadRows(1, 14, 5);
        channel.LandNext(3);

        Assert.Equal(4, channel.RemainingRowsOfNext());
        channel.LandNext(9);
        Assert.Equal(5, channel.RemainingRowsOfNext());
        channel.LandNext(1);
        Assert.Equal([7, 1], bench.Seen.Transfers.Select(static transfer => transfer.LandedRows));
        channel.LandNext(4);
        Assert.Equal(0, channel.RemainingRowsOfNext());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void FullRing_Block_LandsTheOldestAndTellsOnce(int depth)
    {
        var landing = new RecordedLanding();
        var bench = new TransferBench(landing, DspConfiguration.FromBankBytes(1024, 2048) with { RingDepth = depth });
        for (int i = 0; i < depth; i++)
        {
            bench.Load(0, 8 * i, 8);
        }

        Assert.DoesNotContain(bench.Seen.Events, static seen => seen.StartsWith("full", StringComparison.Ordinal));

        bench.Load(0, 8 * depth, 8);

        Assert.Equal([$"full 0 with {depth}", $"issued {depth} on 0"], bench.Seen.Events[^2..]);
        Assert.Equal(["retired 0", $"issued {depth}"], landing.Told[^2..]);
        Assert.True(bench.HasLanded(0, 8));
        Assert.False(bench.HasLanded(8, 8));
        Assert.Equal(depth, bench.Machine.Dma.Channels[0].Outstanding.Count);
    }

    [Fact]
    public void FullRing_Fault_SaysWhichTransferChannelAndCount()
    {
        var bench = new TransferBench(new LandAtWait(), DspConfiguration.FromBankBytes(1024, 2048) with { RingFull = RingFullBehavior.Fault });
        bench.Load(1, 0, 8);
        bench.Load(1, 8, 8);

        HardwareFaultException fault = Assert.Throws<HardwareFaultException>(() => bench.Load(1, 16, 8));

        Assert.Equal("DMA load: the ring of channel 1 is full with 2 descriptors.", fault.Message);
        Assert.Equal("full 1 with 2", bench.Seen.Events[^1]);
        Assert.False(bench.HasLanded(0, 8));
    }

    [Theory]
    [InlineData(TransferBench.TensorBytes, 184, "DMA load: the source leaves its buffer")]
    [InlineData(184, TransferBench.TensorBytes, "DMA load: the destination leaves its buffer")]
    public void Issue_EightBytesFromTheEnd_FaultsOneByteFurther(int sourceEnd, int destinationEnd, string expected)
    {
        var bench = new TransferBench(new LandAtIssue());
        void Issue(int beyond) => bench.Machine.Dma.Issue(0, DmaDescriptor.Create(
            StridedRegion.Linear(bench.Tensor, sourceEnd - 8 + beyond, 8), StridedRegion.Linear(bench.Local, destinationEnd - 8 + beyond, 8), new TransferLabel("load")));

        Issue(0);

        Assert.StartsWith(expected, Assert.Throws<HardwareFaultException>(() => Issue(1)).Message, StringComparison.Ordinal);
        Assert.Single(bench.Seen.Transfers);
    }

    [Fact]
    public void Issue_BufferThatLeavesItsBank_Faults()
    {
        var bench = new TransferBench(new LandAtIssue());
        MemoryBuffer beyond = bench.Local.Slice("beyond", 2048 - 8, 16);
        void Issue(int bytes) => bench.Machine.Dma.Issue(0, DmaDescriptor.Create(StridedRegion.Linear(bench.Tensor, 0, bytes), StridedRegion.Linear(beyond, 0, bytes), new TransferLabel("load")));

        Issue(8);

        Assert.StartsWith("DMA load: the destination leaves DRAM1", Assert.Throws<HardwareFaultException>(() => Issue(9)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Landing_IsToldOfEveryStepOnce_TimePassesBeforeWaitsAndWork()
    {
        var landing = new RecordedLanding();
        var bench = new TransferBench(landing);
        bench.Load(1, 0, 8);
        bench.PassCycles(2);
        bench.Machine.BeginCompute(new ComputeStep("kernel", default, [], []));
        bench.Machine.Dma.Wait(1);

        Assert.Equal(["issued 0", "advance", "filled 128", "advance", "computed kernel", "advance", "retired 0"], landing.Told);
    }

    [Fact]
    public void Interceptor_DropsTransferAndWait_NothingMovesAndNobodyIsTold()
    {
        var landing = new RecordedLanding();
        var defect = new Defect();
        var bench = new TransferBench(landing, null, defect);
        bench.Load(1, 0, 8);
        bench.Load(0, 8, 8);
        bench.Machine.Dma.Wait(0, 0);

        Assert.Equal(["issued 0 on 1"], bench.Seen.Events);
        Assert.Equal(["issued 0"], landing.Told);

        defect.MovesToChannel1 = true;
        bench.Load(0, 16, 8);
        bench.Machine.Dma.Wait(0);

        Assert.Equal(["issued 1 on 1", "waited 1 down to 0"], bench.Seen.Events[^2..]);
        Assert.True(bench.HasLanded(16, 8));
    }

    [Fact]
    public void Descriptor_RegionsOfOneExtentOnly()
    {
        var bench = new TransferBench(new LandAtWait());
        var source = new StridedRegion(bench.Tensor, 0, 2, 3, 4, 5, 12);
        void Create(StridedRegion from, StridedRegion to) => DmaDescriptor.Create(from, to, new TransferLabel("load"));

        Assert.Equal(15, DmaDescriptor.Create(source, source with { Buffer = bench.Local }, new TransferLabel("load")).TotalRows);
        Assert.Contains("differ in extent", Assert.Throws<ArgumentException>(() => Create(source, source with { RowBytes = 3 })).Message, StringComparison.Ordinal);
        Assert.Contains("differ in extent", Assert.Throws<ArgumentException>(() => Create(source, source with { RowCount = 2 })).Message, StringComparison.Ordinal);
        Assert.Contains("differ in extent", Assert.Throws<ArgumentException>(() => Create(source, source with { PlaneCount = 4 })).Message, StringComparison.Ordinal);
        Assert.Contains("is empty", Assert.Throws<ArgumentException>(() => Create(source with { RowCount = 0 }, source with { RowCount = 0 })).Message, StringComparison.Ordinal);
        Create(StridedRegion.Linear(bench.Tensor, 0, 1), StridedRegion.Linear(bench.Local, 0, 1));
    }

    [Fact]
    public void Label_OfTile_PutsEachNumberInItsPlace()
    {
        Assert.Equal("input n4 c5 h6 p7", TransferLabel.OfTile("input n{0} c{1} h{2} p{3}", new TileCoordinates(4, 5, 6), 7).ToString());
        Assert.Equal("n0 c0 h0 p0", new TransferLabel("n{0} c{1} h{2} p{3}").ToString());
    }

    private sealed class Defect : MachineInterceptor
    {
        public bool MovesToChannel1 { get; set; }

        public override bool Issuing(ref int channel, ref DmaDescriptor descriptor)
        {
            bool kept = MovesToChannel1 || channel == 1;
            channel = 1;
            return kept;
        }

        public override bool Waiting(ref int channel, ref int outstandingCount)
        {
            channel = 1;
            return MovesToChannel1;
        }
    }
}
