using TileProof.Verification.Accuracy;

namespace TileProof.Tests.Accuracy;

public sealed class AccuracyTotalsTests
{
    [Fact]
    public void ToFigures_EqualValues_InfiniteRatioAndCosineOne()
    {
        AccuracyFigures figures = FiguresOf([1f, -2f, 3f], [1f, -2f, 3f], 0.5);

        Assert.Equal(double.PositiveInfinity, figures.SignalToNoiseDecibels);
        Assert.Equal(1, figures.EqualShare);
        Assert.Equal(1, figures.CosineSimilarity, 12);
    }

    [Fact]
    public void ToFigures_KnownNoise_RatioByHand()
    {
        // Signal energy 4 * 100, noise energy 4 * 1: a ratio of 100 is 20 dB.
        AccuracyFigures figures = FiguresOf([10f, 10f, -10f, 10f], [11f, 9f, -11f, 11f], 1);

        Assert.Equal(20, figures.SignalToNoiseDecibels, 12);
        Assert.Equal(1, figures.MeanLevels);
        Assert.Equal(1, figures.OneLevelShare);
    }

    [Fact]
    public void ToFigures_DifferencesAtClassLimits_CountedAsPublished()
    {
        AccuracyFigures figures = FiguresOf([0f, 0f, 0f, 0f, 0f, 0f], [0.25f, 0.5f, 1.25f, -1.5f, 2.25f, 2.5f], 1);

        Assert.Equal(1 / 6.0, figures.EqualShare, 12);
        Assert.Equal(2 / 6.0, figures.OneLevelShare, 12);
        Assert.Equal(2 / 6.0, figures.TwoLevelShare, 12);
        Assert.Equal(1 / 6.0, figures.MoreShare, 12);
        Assert.Equal(2.5, figures.LargestLevels);
    }

    [Fact]
    public void ToFigures_OppositeDirection_CosineMinusOne() => Assert.Equal(-1, FiguresOf([1f, 2f], [-1f, -2f], 1).CosineSimilarity, 12);

    [Fact]
    public void Add_TwoTensors_FiguresOfBoth()
    {
        var totals = new AccuracyTotals();
        totals.Add([10f], [10f], 1);
        totals.Add([0f], [1f], 1);

        AccuracyFigures figures = totals.ToFigures();

        Assert.Equal(2, figures.Elements);
        Assert.Equal(20, figures.SignalToNoiseDecibels, 12);
        Assert.Equal(0.5, figures.EqualShare);
    }

    [Fact]
    public void ToFigures_NothingAdded_Throws() => Assert.Throws<InvalidOperationException>(() => new AccuracyTotals().ToFigures());

    private static AccuracyFigures FiguresOf(float[] reference, float[] values, double levelStep)
    {
        var totals = new AccuracyTotals();
        totals.Add(reference, values, levelStep);
        return totals.ToFigures();
    }
}
