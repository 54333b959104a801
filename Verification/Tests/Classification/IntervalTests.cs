using TileProof.Verification.Classification;

namespace TileProof.Tests.Classification;

/// <summary>Intervals against figures of the literature and of a calculation by hand.</summary>
public sealed class IntervalTests
{
    // Newcombe, "Two-sided confidence intervals for the single proportion: comparison of seven methods" (1998), table I, the score method.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    [InlineData(20, 20, 0.8389, 1.0)]
    public void OfShare_IsWilsonsInterval(int successes, int trials, double low, double high)
    {
        var interval = Interval.OfShare(successes, trials);
        Assert.Equal((double)successes / trials, interval.Estimate);
        Assert.Equal(low, interval.Low, 0.00005);
        Assert.Equal(high, interval.High, 0.00005);
    }

    // (16 - 4) / 102 -+ 1.96 sqrt(21 - 144 / 102) / 102.
    [Theory]
    [InlineData(16, 4, 0.12, 0.032602, 0.202692)]
    [InlineData(4, 16, -0.12, -0.202692, -0.032602)]
    public void OfPairedDifference_IsTheAdjustedInterval(int onlyFirst, int onlySecond, double difference, double low, double high)
    {
        var interval = Interval.OfPairedDifference(onlyFirst, onlySecond, 100);
        Assert.Equal(difference, interval.Estimate, 1e-12);
        Assert.Equal(low, interval.Low, 1e-5);
        Assert.Equal(high, interval.High, 1e-5);
    }

    [Theory]
    [InlineData(0, 0, 1.0)]
    [InlineData(1, 0, 1.0)]
    [InlineData(1, 9, 22.0 / 1024)]
    [InlineData(9, 1, 22.0 / 1024)]
    [InlineData(6, 0, 2.0 / 64)]
    [InlineData(5, 5, 1.0)]
    public void ProbabilityOfEqual_IsMcNemarsExactTest(int onlyFirst, int onlySecond, double probability) =>
        Assert.Equal(probability, Interval.ProbabilityOfEqual(onlyFirst, onlySecond), 1e-12);

    [Fact]
    public void Intervals_OfImpossibleCounts_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => Interval.OfShare(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Interval.OfShare(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Interval.OfPairedDifference(1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Interval.ProbabilityOfEqual(-1, 1));
    }
}
