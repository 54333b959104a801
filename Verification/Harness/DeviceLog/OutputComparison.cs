using System.Globalization;
using System.Text;

namespace TileProof.Verification.DeviceLog;

/// <summary>How far two output tensors are apart in quantization steps (operator contract, section 13.5).</summary>
/// <remarks>A difference counts as far as it exceeds what the printed digits leave open. Outputs that are not finite have no distance and are counted apart.</remarks>
public sealed class OutputComparison
{
    private const double OneLevelFrom = 0.5;
    private const double TwoLevelsFrom = 1.5;
    private const double MoreLevelsFrom = 2.5;
    private const double MostFarShare = 0.05;
    private const double MostLevels = 5;
    private const int TopCount = 5;
    private const int FewestSharedTop = 4;
    private const int ListedDifferences = 10;

    private readonly float[] expected;
    private readonly float[] actual;
    private readonly double[] differences;
    private readonly double coarsestDigits;

    private OutputComparison(float[] expected, float[] actual, OutputStep step, Func<int, double> toleranceOf)
    {
        this.expected = expected;
        this.actual = actual;
        Step = step;
        differences = new double[expected.Length];
        for (int index = 0; index < differences.Length; index++)
        {
            double tolerance = toleranceOf(index);
            coarsestDigits = Math.Max(coarsestDigits, tolerance);
            differences[index] = Math.Max(0, Math.Abs((double)expected[index] - actual[index]) - tolerance);
            if (!float.IsFinite(expected[index]) || !float.IsFinite(actual[index]))
            {
                differences[index] = double.NaN;
                NonFiniteCount++;
                continue;
            }

            double levels = LevelsAt(index);
            Buckets[levels < OneLevelFrom ? 0 : levels < TwoLevelsFrom ? 1 : levels < MoreLevelsFrom ? 2 : 3]++;
            WorstIndex = WorstIndex < 0 || differences[index] > differences[WorstIndex] ? index : WorstIndex;
        }
    }

    /// <summary>One quantization step.</summary>
    public OutputStep Step { get; }

    /// <summary>Outputs compared.</summary>
    public int Count => expected.Length;

    /// <summary>Finite outputs that are equal, one step off, two steps off, and further off.</summary>
    public int[] Buckets { get; } = new int[4];

    /// <summary>Whether all outputs are finite and equal.</summary>
    public bool IsExact => Buckets[0] == Count;

    /// <summary>Outputs that are NaN or infinite in one of the tensors.</summary>
    public int NonFiniteCount { get; }

    /// <summary>The index of the largest difference, the first of several; -1 where no output is finite.</summary>
    public int WorstIndex { get; } = -1;

    /// <summary>The largest difference in steps; 0 where no output is finite.</summary>
    public double WorstLevels => WorstIndex < 0 ? 0 : LevelsAt(WorstIndex);

    /// <summary>The mean absolute difference of the finite outputs; 0 where there is none.</summary>
    public double MeanDifference => differences.Where(double.IsFinite).DefaultIfEmpty(0).Average();

    /// <summary>Whether both tensors have their largest element at the same index.</summary>
    public bool TopOneAgrees => Top(expected, 1)[0] == Top(actual, 1)[0];

    /// <summary>How many of the five largest elements are at the same indices.</summary>
    public int TopFiveOverlap => Top(expected, TopCount).Intersect(Top(actual, TopCount)).Count();

    /// <summary>
    /// What is wrong by the published guidance: everything finite, under 5 % more than two steps off, none more than five, the same top
    /// class, four of five. Empty when nothing is.
    /// </summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            var problems = new List<string>();
            void Add(bool isWrong, FormattableString problem)
            {
                if (isWrong)
                {
                    problems.Add(problem.ToString(CultureInfo.InvariantCulture));
                }
            }

            Add(NonFiniteCount > 0, $"{NonFiniteCount} of {Count} outputs are NaN or infinite, first at index {Array.FindIndex(differences, double.IsNaN)}");
            Add(Buckets[3] >= MostFarShare * Count, $"{Buckets[3]} of {Count} outputs are more than 2 levels off, under 5 % may be");
            Add(WorstLevels > MostLevels, $"output {WorstIndex} is {WorstLevels:F1} levels off, 5 may be");
            Add(!TopOneAgrees, $"the largest output is at index {Top(actual, 1)[0]}, expected {Top(expected, 1)[0]}");
            Add(TopFiveOverlap < Math.Min(FewestSharedTop, Count), $"{TopFiveOverlap} of the {Math.Min(TopCount, Count)} largest outputs are at the same indices, at least {Math.Min(FewestSharedTop, Count)} must be");
            Add(coarsestDigits > Step.Size / 2, $"the printed digits leave {coarsestDigits:G3} open, more than half a step of {Step.Size:G6}");
            return problems;
        }
    }

    /// <summary>One phrase: how many outputs were compared.</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture, $"{Count} outputs, {Buckets[0]} of them exact");

    /// <summary>Compares two tensors.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">As many outputs of the device.</param>
    /// <param name="step">The unit of differences.</param>
    /// <param name="toleranceOf">How far the numbers at an index may be apart because of their printed digits; null for not at all.</param>
    /// <exception cref="ArgumentException">They are empty or differ in length.</exception>
    public static OutputComparison Between(IReadOnlyList<float> expected, IReadOnlyList<float> actual, OutputStep step, Func<int, double>? toleranceOf = null)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(step);
        return expected.Count > 0 && expected.Count == actual.Count
            ? new OutputComparison([.. expected], [.. actual], step, toleranceOf ?? (static _ => 0))
            : throw new ArgumentException($"{expected.Count} outputs cannot be compared with {actual.Count}.", nameof(actual));
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
        Line($"output size : {Count}");
        Line($"quant step  : {Step.Size:F8} ({Step.Origin})");
        Line($"{rule}");
        Line($"{"Category",-12}{"Count",8}{"Percent",10}");
        foreach ((string name, int count) in names.Zip(Buckets).Concat(NonFiniteCount > 0 ? [("not finite", NonFiniteCount)] : []))
        {
            Line($"{name,-12}{count,8}{100.0 * count / Count,9:F1}%");
        }

        if (WorstIndex >= 0)
        {
            Line($"max |diff|  : {differences[WorstIndex]:F6} ({WorstLevels:F1} levels) at index {WorstIndex}");
            Line($"mean |diff| : {MeanDifference:F6} ({MeanDifference / Step.Size:F2} levels)");
        }

        foreach (int index in Enumerable.Range(0, Count).OrderByDescending(index => double.IsNaN(differences[index]) ? double.PositiveInfinity : differences[index]).Take(ListedDifferences))
        {
            Line($"[{index,4}]  gen={expected[index]:F6} opt={actual[index]:F6} diff={actual[index] - expected[index]:F6} ({LevelsAt(index):F1} levels)");
        }

        Line($"Top-1 match: {(TopOneAgrees ? "YES" : "NO")} ({Top(expected, 1)[0]} and {Top(actual, 1)[0]})");
        Line($"Top-5 overlap : {TopFiveOverlap}/{Math.Min(TopCount, Count)}");
        return text.ToString();
    }

    private static int[] Top(float[] values, int count) =>
        [.. Enumerable.Range(0, values.Length).OrderByDescending(index => values[index]).Take(count)];

    private double LevelsAt(int index) => differences[index] / Step.Size;
}
