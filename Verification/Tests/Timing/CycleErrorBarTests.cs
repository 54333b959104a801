using TileProof.HwModel.Dma;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;

namespace TileProof.Tests.Timing;

public sealed class CycleErrorBarTests
{
    private const MachineMode Mode = MachineMode.Release;
    private static readonly string Convolutions = CycleUncertainty.SpreadKey(Mode, OperatorKind.Conv2d, usesDma: true);

    [Fact]
    public void HalfWidth_CoefficientsOnly_GrowsWithTheCounts()
    {
        // Replicates 90 and 110 around 100: a standard deviation of 10 cycles a tile. Three tiles twice are wrong by six times that, not by the root of six.
        CycleErrorBar bar = Bar(own: 0, shared: 0);
        bar.Add(OperatorKind.Conv2d, usesDma: true, "a", Tiles(3));
        bar.Add(OperatorKind.Conv2d, usesDma: true, "a", Tiles(3));
        Assert.Equal(1.96 * 60, bar.HalfWidthCycles, 9);
    }

    [Fact]
    public void HalfWidth_OneLayerTwice_IsWrongAlike_TwoLayersAreNot()
    {
        CycleErrorBar one = Bar(own: 0.1, shared: 0, deviation: 0);
        one.Add(OperatorKind.Conv2d, usesDma: true, "a", Tiles(3));
        one.Add(OperatorKind.Conv2d, usesDma: true, "a", Tiles(3));
        Assert.Equal(1.96 * 60, one.HalfWidthCycles, 9);
        CycleErrorBar two = Bar(own: 0.1, shared: 0, deviation: 0);
        two.Add(OperatorKind.Conv2d, usesDma: true, "a", Tiles(3));
        two.Add(OperatorKind.Conv2d, usesDma: true, "b", Tiles(4));
        Assert.Equal(1.96 * 50, two.HalfWidthCycles, 9);
        CycleErrorBar shared = Bar(own: 0, shared: 0.1, deviation: 0);
        shared.Add(OperatorKind.Conv2d, usesDma: true, "a", Tiles(3));
        shared.Add(OperatorKind.Conv2d, usesDma: true, "b", Tiles(4));
        Assert.Equal(1.96 * 70, shared.HalfWidthCycles, 9);
    }

    [Fact]
    public void HalfWidth_Change_CountsOnlyWhatDiffers()
    {
        CycleErrorBar same = Bar(own: 0.1, shared: 0.1);
        same.AddChange("a", Tiles(7), Tiles(7));
        Assert.Equal(0, same.HalfWidthCycles);
        CycleErrorBar other = Bar(own: 0.1, shared: 0);
        other.AddChange("a", Tiles(7), Tiles(4), times: 2);
        Assert.Equal(1.96 * Math.Sqrt((60 * 60) + (60 * 60)), other.HalfWidthCycles, 9);
        CycleErrorBar path = Bar(own: 0.1, shared: 0, deviation: 0);
        EventTimeline withDma = Tiles(4);
        withDma.Issue(0, TransferPurpose.Output, new TransferTime(0), 1);
        path.AddChange("a", Tiles(7), withDma);
        Assert.Equal(1.96 * 5 * 30, path.HalfWidthCycles, 9);
    }

    // One coefficient is too high where the other is too low: their sum is known, their difference is not.
    [Fact]
    public void CoefficientVariance_ErrorsThatGoTogether_AreAddedBeforeTheyAreSquared()
    {
        CostCoefficients centre = CostCoefficients.Zero.With(CoreTerm.TileSetup, 50).With(CoreTerm.LinearOutput, 50);
        CostCoefficients[] replicates = [.. new[] { -3.0, 3 }.Select(error => centre.With(CoreTerm.TileSetup, 50 + error).With(CoreTerm.LinearOutput, 50 - error))];
        var uncertainty = new CycleUncertainty(centre, replicates, new Dictionary<string, CycleSpread>());
        Assert.Equal(0, Variance(7, 7), 9);
        Assert.Equal(36, Variance(7, 5), 9);
        Assert.Equal(900, Variance(5, -5), 9);

        double Variance(double tiles, double outputs)
        {
            TermCounts counts = new EventTimeline(ringDepth: 2, countTerms: true).Counts!;
            counts.Add(CoreTerm.TileSetup, tiles);
            counts.Add(CoreTerm.LinearOutput, outputs);
            return uncertainty.CoefficientVariance(Mode, counts.Values);
        }
    }

    // Modes have different costs of memory and different spreads.
    [Theory]
    [InlineData(MachineMode.Turbo, 1)]
    [InlineData(MachineMode.Release, 2)]
    [InlineData(MachineMode.MemoryModel, 4)]
    [InlineData(MachineMode.MemoryModelZeroLatency, 8)]
    public void HalfWidth_EveryMode_IsThatOfItsOwnCostsAndSpread(MachineMode mode, double deviation)
    {
        CostCoefficients centre = CostCoefficients.Zero;
        CostCoefficients replicate = centre;
        var spreads = new Dictionary<string, CycleSpread>(StringComparer.Ordinal);
        foreach ((int index, MachineMode one) in Enum.GetValues<MachineMode>().Index())
        {
            replicate = replicate.With(one, MemoryTerm.InvalidateLine, 1 << index);
            spreads.Add(CycleUncertainty.SpreadKey(one, OperatorKind.Conv2d, usesDma: true), new CycleSpread(1 << index, 0));
        }

        var bar = new CycleErrorBar(new CycleUncertainty(centre, [replicate], spreads), mode);
        var timeline = new EventTimeline(ringDepth: 2, countTerms: true);
        timeline.Counts!.Add(MemoryTerm.InvalidateLine, 7);
        timeline.Compute(CycleCategory.Control, 11);
        bar.Add(OperatorKind.Conv2d, usesDma: true, "a", timeline);
        Assert.Equal(1.96 * deviation * Math.Sqrt((7 * 7) + (11 * 11)), bar.HalfWidthCycles, 9);
    }

    [Fact]
    public void Around_LittleMoreThanNothing_DoesNotGoBelowZero()
    {
        CycleErrorBar bar = Bar(own: 2, shared: 0);
        bar.Add(OperatorKind.Conv2d, usesDma: true, "a", Tiles(1));
        (CycleCount low, CycleCount high) = bar.Around(100);
        Assert.Equal(0, low.Cycles);
        Assert.True(high.Cycles > 490);
    }

    [Fact]
    public void Add_TimelineThatDidNotCount_Throws() =>
        Assert.Throws<ArgumentException>(() => Bar(0, 0).Add(OperatorKind.Conv2d, usesDma: true, "a", new EventTimeline(2)));

    [Fact]
    public void SpreadOf_KeyWithoutFigures_IsTheLargestOfSuchCallsInOtherModes()
    {
        CycleUncertainty uncertainty = Uncertainty(0.1, 0.2, 10);
        string others = CycleUncertainty.SpreadKey(Mode, OperatorKind.MaxPool2d, usesDma: true);
        var spreads = new Dictionary<string, CycleSpread>(uncertainty.Spreads) { [others] = new(3, 4) };
        uncertainty = new CycleUncertainty(CostCoefficients.Zero, [], spreads);
        Assert.Equal(new CycleSpread(0.1, 0.2), uncertainty.SpreadOf(CycleUncertainty.SpreadKey(MachineMode.Turbo, OperatorKind.Conv2d, usesDma: true)));
        Assert.Equal(new CycleSpread(3, 4), uncertainty.SpreadOf(CycleUncertainty.SpreadKey(MachineMode.Turbo, OperatorKind.Mean, usesDma: false)));
        Assert.Equal(new CycleSpread(3, 4), uncertainty.SpreadOf(CycleUncertainty.SpreadKey(Mode, OperatorKind.Add, usesDma: true)));
    }

    private static CycleErrorBar Bar(double own, double shared, double deviation = 10) => new(Uncertainty(own, shared, deviation), Mode);

    private static CycleUncertainty Uncertainty(double own, double shared, double deviation)
    {
        CostCoefficients centre = CostCoefficients.Zero.With(CoreTerm.TileSetup, 100);
        return new CycleUncertainty(
            centre,
            [centre.With(CoreTerm.TileSetup, 100 - deviation), centre.With(CoreTerm.TileSetup, 100 + deviation)],
            new Dictionary<string, CycleSpread> { [Convolutions] = new(own, shared), [CycleUncertainty.ChangeKey(Mode, changesPath: false)] = new(own, shared), [CycleUncertainty.ChangeKey(Mode, changesPath: true)] = new(5 * own, shared) });
    }

    private static EventTimeline Tiles(int count)
    {
        var timeline = new EventTimeline(ringDepth: 2, countTerms: true);
        var costs = new KernelCosts(CostCoefficients.Zero.With(CoreTerm.TileSetup, 100), Mode);
        for (int tile = 0; tile < count; tile++)
        {
            timeline.Compute(CycleCategory.Control, costs.TileCycles(timeline.Counts));
        }

        return timeline;
    }
}
