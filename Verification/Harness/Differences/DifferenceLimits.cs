using System.Globalization;

namespace TileProof.Verification.Differences;

/// <summary>What a new run may differ in without failing.</summary>
public sealed record DifferenceLimits
{
    /// <summary>The most that the predicted cycles of a whole network may grow at any bank setting and mode, in percent; null for any growth.</summary>
    public double? MaximumCycleGrowthPercent { get; init; }

    /// <summary>The most that a network's accuracy may fall, in dB of SQNR and in percentage points of top-1; null for any fall.</summary>
    public double? MaximumAccuracyDrop { get; init; }

    /// <summary>Whether every difference fails, also one that is none for the worse.</summary>
    public bool IsExact { get; init; }

    /// <summary>Reads a growth such as <c>+1%</c> or <c>0.5%</c>.</summary>
    /// <exception cref="UserInputException">The text is none.</exception>
    public static double ParseGrowth(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.EndsWith('%') && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent is >= 0 and <= 1e6
            ? percent
            : throw new UserInputException($"'{text}' is no growth of cycles; give a percentage from 0 on, such as +1%");
    }

    /// <summary>Reads a drop such as <c>0.5</c>.</summary>
    /// <exception cref="UserInputException">The text is none.</exception>
    public static double ParseDrop(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double drop) && drop is >= 0 and <= 1e6
            ? drop
            : throw new UserInputException($"'{text}' is no drop of accuracy; give a number from 0 on, such as 0.5, in dB and percentage points");

    /// <summary>Why a new run fails, a line each; empty when it does not.</summary>
    public IReadOnlyList<string> Judge(RunDifferences differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        var reasons = new List<string>();
        int worse = differences.All.Count(static difference => difference.IsWorse);
        if (worse > 0)
        {
            Difference first = differences.All.First(static difference => difference.IsWorse);
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(worse, "differences")} for the worse, first: {first.Place}: {first.What} {first.Old} -> {first.New}"));
        }

        if (MaximumCycleGrowthPercent is { } growth && differences.Networks.Where(network => network.GrowthPercent > growth).MaxBy(static network => network.GrowthPercent) is { } dearest)
        {
            reasons.Add(string.Create(
                CultureInfo.InvariantCulture, $"cycles of {dearest.Place}, banks {dearest.Bank}, {dearest.Mode} grew by {dearest.GrowthPercent:0.####} %; allowed are {growth} %"));
        }

        if (MaximumAccuracyDrop is { } limit && differences.All.Where(difference => difference.Drop > limit).MaxBy(static difference => difference.Drop) is { } fall)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{fall.What} of {fall.Place} fell by {fall.Drop:0.####}; allowed are {limit}"));
        }

        if (IsExact && !differences.IsEmpty)
        {
            reasons.Add("the runs differ");
        }

        return reasons;
    }
}
