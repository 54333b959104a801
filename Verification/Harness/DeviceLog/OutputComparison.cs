using System.Globalization;
using System.Text;

namespace TileProof.Verification;

/// <summary>How far two output tensors are apart in quantization steps (operator contract, section 13.5).</summary>
public sealed record OutputComparison
{
    private const double DefaultStep = 0.0724269;
    private const int StepSampleCount = 100;
    private const int ListedDifferences = 10;

    private readonly float[] expected;
    private readonly float[] actual;

    private OutputComparison(float[] expected, float[] actual, double step)
    {
        this.expected = expected;
        this.actual = actual;
        Step = step;
        foreach (int index in Enumerable.Range(0, expected.Length))
        {
            double levels = LevelsAt(index);
            Buckets[levels < 0.5 ? 0 : levels < 1.5 ? 1 : levels < 2.5 ? 2 : 3]++;
        }
    }

    /// <summary>One quantization step: the smallest difference above 0, rounded to 8 decimals, among the first 100 outputs.</summary>
    public double Step { get; }

    /// <summary>Outputs that are equal, one step off, two steps off, and further off.</summary>
    public int[] Buckets { get; } = new int[4];

    /// <summary>The index of the largest difference.</summary>
    public int WorstIndex => Enumerable.Range(0, expected.Length).MaxBy(DifferenceAt);

    /// <summary>The largest difference in steps.</summary>
    public double WorstLevels => LevelsAt(WorstIndex);

    /// <summary>The mean absolute difference.</summary>
    public double MeanDifference => Enumerable.Range(0, expected.Length).Average(DifferenceAt);

    /// <summary>Whether both tensors have their largest element at the same index.</summary>
    public bool TopOneAgrees => Top(expected, 1)[0] == Top(actual, 1)[0];

    /// <summary>How many of the five largest elements are at the same indices.</summary>
    public int TopFiveOverlap => Top(expected, 5).Intersect(Top(actual, 5)).Count();

    /// <summary>The published guidance: under 5 % more than two steps off, none more than five, the same top class, four of five.</summary>
    public bool IsAcceptable => Buckets[3] < 0.05 * expected.Length && WorstLevels <= 5 && TopOneAgrees && TopFiveOverlap >= Math.Min(4, expected.Length);

    /// <summary>Compares two tensors.</summary>
    /// <exception cref="ArgumentException">They are empty or differ in length.</exception>
    public static OutputComparison Between(IReadOnlyList<float> expected, IReadOnlyList<float> actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        if (expected.Count == 0 || expected.Count != actual.Count)
        {
            throw new ArgumentException($"{expected.Count} outputs cannot be compared with {actual.Count}.", nameof(actual));
        }

        double step = Enumerable.Range(0, Math.Min(StepSampleCount, expected.Count))
            .Select(index => Math.Round(Math.Abs((double)expected[index] - actual[index]), 8))
            .Where(static difference => difference > 0)
            .DefaultIfEmpty(DefaultStep)
            .Min();
        return new OutputComparison([.. expected], [.. actual], step);
    }

    /// <summary>The report for people.</summary>
    public string Describe(string expectedName, string actualName)
    {
        const string rule = "============================================================";
        string[] names = ["exact", "off-by-1", "off-by-2", ">2 levels"];
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        Line($"{rule}");
        Line($"expected    : {expectedName}");
        Line($"device      : {actualName}");
        Line($"output size : {expected.Length}");
        Line($"quant step  : {Step:F8}");
        Line($"{rule}");
        Line($"{"Category",-12}{"Count",8}{"Percent",10}");
        for (int bucket = 0; bucket < names.Length; bucket++)
        {
            Line($"{names[bucket],-12}{Buckets[bucket],8}{100.0 * Buckets[bucket] / expected.Length,9:F1}%");
        }

        Line($"max |diff|  : {DifferenceAt(WorstIndex):F6} ({WorstLevels:F1} levels) at index {WorstIndex}");
        Line($"mean |diff| : {MeanDifference:F6} ({MeanDifference / Step:F2} levels)");
        foreach (int index in Enumerable.Range(0, expected.Length).OrderByDescending(DifferenceAt).ThenBy(static index => index).Take(ListedDifferences))
        {
            Line($"[{index,4}]  gen={expected[index]:F6} opt={actual[index]:F6} diff={actual[index] - expected[index]:F6} ({LevelsAt(index):F1} levels)");
        }

        Line($"Top-1 match: {(TopOneAgrees ? "YES" : "NO")} ({Top(expected, 1)[0]} and {Top(actual, 1)[0]})");
        Line($"Top-5 overlap : {TopFiveOverlap}/{Math.Min(5, expected.Length)}");
        return text.ToString();
    }

    private static int[] Top(float[] values, int count) =>
        [.. Enumerable.Range(0, values.Length).OrderByDescending(index => values[index]).ThenBy(static index => index).Take(count)];

    private double DifferenceAt(int index) => Math.Abs((double)expected[index] - actual[index]);

    private double LevelsAt(int index) => DifferenceAt(index) / Step;
}
