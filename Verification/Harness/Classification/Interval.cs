namespace TileProof.Verification.Classification;

/// <summary>An estimate with its 95 % interval.</summary>
/// <param name="Estimate">What was measured.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct Interval(double Estimate, double Low, double High)
{
    /// <summary>The normal quantile of 97.5 %.</summary>
    private const double Quantile = 1.959963984540054;

    /// <summary>The share of successes, with Wilson's score interval.</summary>
    /// <remarks>Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927); it stays within 0 to 1 and holds for few trials.</remarks>
    /// <param name="successes">0 to <paramref name="trials"/>.</param>
    /// <param name="trials">1 or more.</param>
    public static Interval OfShare(int successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        double share = (double)successes / trials;
        double squared = Quantile * Quantile / trials;
        double centre = (share + (squared / 2)) / (1 + squared);
        double reach = Quantile * Math.Sqrt((share * (1 - share) / trials) + (squared / (4 * trials))) / (1 + squared);
        return new Interval(share, successes == 0 ? 0 : centre - reach, successes == trials ? 1 : centre + reach);
    }

    /// <summary>The difference of two shares on the same trials.</summary>
    /// <remarks>Agresti and Min, "Simple improved confidence intervals for comparing matched proportions" (2005): half a trial is added to each of the four outcomes.</remarks>
    /// <param name="onlyFirst">Trials that only the first wins.</param>
    /// <param name="onlySecond">Trials that only the second wins.</param>
    /// <param name="trials">All, 1 or more.</param>
    /// <returns>The share of the first less that of the second.</returns>
    public static Interval OfPairedDifference(int onlyFirst, int onlySecond, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        double total = trials + 2;
        double difference = onlyFirst - onlySecond;
        double reach = Quantile * Math.Sqrt(onlyFirst + onlySecond + 1 - (difference * difference / total)) / total;
        return new Interval(difference / trials, Math.Max((difference / total) - reach, -1), Math.Min((difference / total) + reach, 1));
    }

    /// <summary>The probability that two equally good classifiers differ so much, one way or the other: McNemar's exact test.</summary>
    /// <remarks>McNemar, "Note on the sampling error of the difference between correlated proportions or percentages" (1947).</remarks>
    /// <param name="onlyFirst">Trials that only the first wins.</param>
    /// <param name="onlySecond">Trials that only the second wins.</param>
    public static double ProbabilityOfEqual(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        int decided = onlyFirst + onlySecond;
        return decided == 0 ? 1 : Math.Min(1, 2 * MathNet.Numerics.Distributions.Binomial.CDF(0.5, decided, Math.Min(onlyFirst, onlySecond)));
    }
}
