using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;

namespace TileProof.Tests.Hazards;

/// <summary>What may be touched while transfers are under way, on one channel and on two, and until when.</summary>
public sealed class TransferRuleTests
{
    private const int Load = SmallProgram.LoadChannel;
    private const int Store = SmallProgram.StoreChannel;

    [Fact]
    public void DmaRead_OfBytesThatTheOtherChannelLoads_Found()
    {
        var program = Filled();
        program.Load(program.Local, 0, 64);
        program.Store(program.Local, 56, 16);

        program.AssertOnly(HazardRule.ReadBeforeArrival, 56, 63);
        Assert.Contains("DMA channel 1 'load'", program.Hazards[0].CollidesWith, StringComparison.Ordinal);
        Assert.Contains("DMA channel 0 'store'", program.Hazards[0].Operation, StringComparison.Ordinal);
    }

    [Fact]
    public void DmaRead_BehindTheLoad_OrOnItsOwnChannel_OrAfterAWait_None()
    {
        var program = Filled();
        program.Load(program.Local, 0, 64);
        program.Store(program.Local, 64, 16);
        program.Issue(Load, StridedRegion.Linear(program.Local, 0, 64), StridedRegion.Linear(program.Result, 512, 64));
        program.Machine.Dma.Wait(Load);
        program.Machine.Dma.Wait(Store);
        program.Load(program.Local, 128, 64);
        program.Machine.Dma.Wait(Load);
        program.Store(program.Local, 128, 64);

        Assert.Empty(program.Hazards);
    }

    [Fact]
    public void DmaWrite_OverBytesThatTheOtherChannelStores_Found()
    {
        var program = Filled();
        program.Store(program.Local, 0, 64);
        program.Load(program.Local, 60, 64);

        program.AssertOnly(HazardRule.WriteUnderRead, 60, 63);
    }

    [Fact]
    public void DmaWrite_OverBytesThatTheOtherChannelLoads_Found()
    {
        var program = Filled();
        program.Issue(Store, StridedRegion.Linear(program.Tensor, 512, 64), StridedRegion.Linear(program.Local, 0, 64));
        program.Load(program.Local, 63, 64);

        program.AssertOnly(HazardRule.WriteUnderWrite, 63, 63);
    }

    [Fact]
    public void Write_UnderALoadAndAStore_BothFoundWhateverTheirOrder()
    {
        foreach (bool loadFirst in new[] { true, false })
        {
            var program = Filled();
            if (loadFirst)
            {
                program.Load(program.Local, 0, 64);
                program.Store(program.Local, 64, 64);
            }
            else
            {
                program.Store(program.Local, 64, 64);
                program.Load(program.Local, 0, 64);
            }

            program.Compute([], [StridedRegion.Linear(program.Local, 32, 64)]);

            Assert.Equal([HazardRule.WriteUnderRead, HazardRule.WriteUnderWrite], program.Rules.OrderBy(static rule => rule.Name, StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Access_UnderTwoTransfersOfAKind_NamesTheYoungerAndCountsOnce()
    {
        var program = Filled();
        program.Issue(Load, StridedRegion.Linear(program.Tensor, 0, 64), StridedRegion.Linear(program.Local, 0, 64), "older");
        program.Issue(Load, StridedRegion.Linear(program.Tensor, 0, 64), StridedRegion.Linear(program.Local, 32, 64), "younger");
        program.Compute([StridedRegion.Linear(program.Local, 0, 96)], []);
        program.Compute([], [StridedRegion.Linear(program.Local, 0, 96)]);

        Assert.Equal([HazardRule.ReadBeforeArrival, HazardRule.WriteUnderWrite], program.Rules);
        Assert.All(program.Hazards, static hazard => Assert.Contains("'younger'", hazard.CollidesWith, StringComparison.Ordinal));
        Assert.All(program.Hazards, static hazard => Assert.Equal((32L, 95L, 1L), (hazard.FirstByte, hazard.LastByte, hazard.Occurrences)));
    }

    [Fact]
    public void Write_UnderTwoStores_NamesTheYoungerAndCountsOnce()
    {
        var program = Filled();
        program.Issue(Store, StridedRegion.Linear(program.Local, 0, 64), StridedRegion.Linear(program.Result, 0, 64), "older");
        program.Issue(Store, StridedRegion.Linear(program.Local, 32, 64), StridedRegion.Linear(program.Result, 64, 64), "younger");
        program.Compute([], [StridedRegion.Linear(program.Local, 0, 96)]);

        Assert.Contains("'younger'", program.Only(HazardRule.WriteUnderRead).CollidesWith, StringComparison.Ordinal);
        Assert.Equal(1, program.Hazards[0].Occurrences);
    }

    [Theory]
    [InlineData(2, true, true)]
    [InlineData(1, false, true)]
    [InlineData(0, false, false)]
    public void Wait_DownToSome_KeepsTheYoungest(int outstanding, bool firstIsUnderWay, bool secondIsUnderWay)
    {
        foreach ((int offset, bool expected) in new[] { (0, firstIsUnderWay), (64, secondIsUnderWay) })
        {
            var program = Filled();
            program.Load(program.Local, 0, 64);
            program.Load(program.Local, 64, 64);
            program.Store(program.Local, 512, 8);
            program.Machine.Dma.Wait(Load, outstanding);
            program.ComputeFrom(program.Local, offset, 64);

            Assert.Equal(expected, program.Rules.Contains(HazardRule.ReadBeforeArrival));

            program.Compute([], [StridedRegion.Linear(program.Local, 512, 8)]);
            Assert.Equal(HazardRule.WriteUnderRead, program.Hazards[^1].Rule);
        }
    }

    [Fact]
    public void Return_EveryTransferUnderWay_IsCountedWithItsBytes()
    {
        var program = Filled();
        program.Load(program.Local, 8, 64);
        program.Load(program.Local, 128, 64);
        program.Store(program.Local, 512, 8);
        program.Machine.EndProgram();

        Assert.Equal([HazardRule.InFlightAtReturn, HazardRule.InFlightAtReturn], program.Rules);
        Assert.Equal(("local", 8L, 71L, 2L), Named(program.Hazards[0]));
        Assert.Equal(("result", 0L, 7L, 1L), Named(program.Hazards[1]));

        static (string Buffer, long First, long Last, long Count) Named(Hazard hazard) => (hazard.Buffer, hazard.FirstByte, hazard.LastByte, hazard.Occurrences);
    }

    /// <summary>A load to exactly where an older load of its channel goes takes its place; nothing else does.</summary>
    [Theory]
    [InlineData("same", 1)]
    [InlineData("place", 2)]
    [InlineData("source", 2)]
    public void Return_OlderTransfer_IsForgottenOnlyUnderALoadToTheSameBytes(string kind, int expected)
    {
        var program = Filled();
        StridedRegion local = StridedRegion.Linear(program.Local, 0, 64);
        StridedRegion older = kind == "source" ? StridedRegion.Linear(program.Local, 512, 64) : StridedRegion.Linear(program.Tensor, 0, 64);
        program.Issue(Load, older, local);
        program.Issue(Load, StridedRegion.Linear(program.Tensor, 64, 64), kind == "place" ? local with { OffsetBytes = 1 } : local);
        program.Machine.EndProgram();

        Assert.Equal(expected, program.Only(HazardRule.InFlightAtReturn).Occurrences);
    }

    [Fact]
    public void Return_LoadOfTheOtherChannelToTheSameBytes_ForgetsNothing()
    {
        var program = Filled();
        program.Load(program.Local, 0, 64);
        program.Issue(Store, StridedRegion.Linear(program.Tensor, 64, 64), StridedRegion.Linear(program.Local, 0, 64));
        program.Machine.EndProgram();

        Assert.Equal([HazardRule.WriteUnderWrite, HazardRule.InFlightAtReturn], program.Rules);
        Assert.Equal(2, program.Hazards[1].Occurrences);
    }

    [Fact]
    public void Computation_OverItsOwnInputBuffer_None_OverAnother_NamesTheBytes()
    {
        var program = Filled();
        MemoryBuffer over = program.Local.Slice("over", 32, 64);
        MemoryBuffer elsewhere = program.Machine.Allocate(1, "elsewhere", 1024);
        program.Compute([StridedRegion.Linear(program.Local, 0, 64)], [StridedRegion.Linear(program.Local, 0, 64)]);
        program.Compute([StridedRegion.Linear(program.Local, 0, 32)], [over.Whole()]);
        program.Compute([StridedRegion.Linear(program.Local, 0, 64)], [StridedRegion.Linear(elsewhere, 0, 64)]);
        Assert.Empty(program.Hazards);

        program.Compute([StridedRegion.Linear(program.Local, 512, 8), StridedRegion.Linear(program.Local, 0, 64)], [over.Whole()]);

        program.AssertOnly(HazardRule.WriteUnderRead, 0, 31);
        Assert.Equal("the computation still reads 'local' there", program.Hazards[0].CollidesWith);
    }

    // A wait ends the transfers that it ends, also where a younger one goes to the same place as one of those under way.
    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    [InlineData(0, 2)]
    public void Wait_ThreeUnderWayAndOneSuperseded_EndsTheOldest(int outstanding, int finishedFirst)
    {
        var program = new SmallProgram(DspConfiguration.FromBankBytes(4096, 4096) with { RingDepth = 3 });
        program.Fill(program.Local);
        program.Load(program.Local, 0, 64);
        program.Load(program.Local, 128, 64);
        program.Load(program.Local, 128, 64);
        program.Machine.Dma.Wait(Load, outstanding);

        program.Compute([StridedRegion.Linear(program.Local, 0, 64)], []);
        Assert.Empty(program.Hazards);
        program.Compute([StridedRegion.Linear(program.Local, 160, 64)], []);
        Assert.Equal(finishedFirst < 2, program.Rules.SequenceEqual([HazardRule.ReadBeforeArrival]));
    }

    private static SmallProgram Filled()
    {
        var program = new SmallProgram();
        program.Fill(program.Local);
        return program;
    }
}
