using TileProof.Golden.Quantization;
using TileProof.Operators;

namespace TileProof.Tests.Networks;

public sealed class RelativeEntropyTests
{
    private static readonly ValueRange[] Candidates = [.. Enumerable.Range(1, 40).Reverse().Select(static step => ValueRange.Between(-step / 4f, step / 4f))];

    // Almost all elements lie within 1; a single one at 10 is not worth nine tenths of the levels.
    [Fact]
    public void BestOf_OneOutlier_CutsItOffAndKeepsTheOthers()
    {
        CounterRandom random = CounterRandom.FromSeed(4);
        float[] elements = [.. Enumerable.Range(0, 20000).Select(i => random.Uniform(i, -1f, 1f)), 10f, -10f];
        ValueRange best = RelativeEntropy.BestOf(ValueRange.Between(-10f, 10f), Candidates, elements);
        Assert.InRange(best.Maximum, 1f, 2f);
        Assert.Equal(-best.Maximum, best.Minimum);
    }

    // Elements that fill the whole range evenly lose by every cut.
    [Fact]
    public void BestOf_EvenlyFilledRange_KeepsIt()
    {
        float[] elements = [.. Enumerable.Range(0, 200001).Select(static i => -10f + (i * 0.0001f))];
        Assert.Equal(Candidates[0], RelativeEntropy.BestOf(ValueRange.Between(-10f, 10f), Candidates, elements));
    }

    [Fact]
    public void BestOf_NothingToCompare_TakesTheFirst()
    {
        Assert.Equal(Candidates[0], RelativeEntropy.BestOf(ValueRange.Between(-10f, 10f), Candidates, [0f, 0f]));
        Assert.Equal(default, RelativeEntropy.BestOf(default, [default(ValueRange)], [0f]));
    }
}
