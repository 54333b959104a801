using System.Globalization;

namespace TileProof.Verification.DeviceLog;

/// <summary>The LAYER_DUMP lines of one call in two logs.</summary>
/// <param name="Expected">The line of the reference.</param>
/// <param name="Actual">The line of the device.</param>
/// <param name="Problem">Why they are too far apart by the published guidance; null when they are not.</param>
public sealed record LayerDumpPair(LayerDumpLine Expected, LayerDumpLine Actual, string? Problem)
{
    private const double MostLevels = 5;
    private const double MostMeanLevels = 2;
    private const int LevelsOfInt8 = 255;

    /// <summary>Whether every printed figure is the same.</summary>
    public bool IsEqual => Expected.First.SequenceEqual(Actual.First) && (Expected.Sum, Expected.Minimum, Expected.Maximum) == (Actual.Sum, Actual.Minimum, Actual.Maximum);

    /// <summary>Pairs the lines of two logs: each of the reference with the next of the same operator and size, in order.</summary>
    /// <returns>The pairs, and the lines that have no counterpart.</returns>
    public static (IReadOnlyList<LayerDumpPair> Pairs, IReadOnlyList<LayerDumpLine> Unmatched) Match(IReadOnlyList<LayerDumpLine> expected, IReadOnlyList<LayerDumpLine> actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        var waiting = actual.GroupBy(KeyOf).ToDictionary(static lines => lines.Key, static lines => new Queue<LayerDumpLine>(lines));
        var pairs = new List<LayerDumpPair>();
        var unmatched = new List<LayerDumpLine>();
        foreach (LayerDumpLine line in expected)
        {
            if (waiting.TryGetValue(KeyOf(line), out Queue<LayerDumpLine>? lines) && lines.TryDequeue(out LayerDumpLine? counterpart))
            {
                pairs.Add(Of(line, counterpart));
            }
            else
            {
                unmatched.Add(line);
            }
        }

        return (pairs, [.. unmatched, .. waiting.Values.SelectMany(static lines => lines)]);
    }

    /// <summary>Compares two lines: no element, minimum or maximum more than five levels apart, the mean no more than two.</summary>
    /// <remarks>Integers are levels. For floats a level is a 255th of the range that the reference prints.</remarks>
    public static LayerDumpPair Of(LayerDumpLine expected, LayerDumpLine actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        double range = expected.Maximum - expected.Minimum;
        double level = expected.TypeCode != LayerDumpLine.Float32Code ? 1 : range > 0 ? range / LevelsOfInt8 : Math.Max(Math.Abs(expected.Maximum), 1) / LevelsOfInt8;
        string? problem = expected.TypeCode != actual.TypeCode ? string.Create(CultureInfo.InvariantCulture, $"the type is {actual.TypeCode}, expected {expected.TypeCode}")
            : expected.First.Count != actual.First.Count ? string.Create(CultureInfo.InvariantCulture, $"{actual.First.Count} elements are printed, expected {expected.First.Count}")
            : null;
        for (int i = 0; i < expected.First.Count && problem is null; i++)
        {
            problem = Compare(string.Create(CultureInfo.InvariantCulture, $"element {i}"), expected.First[i], actual.First[i], MostLevels * level);
        }

        problem ??= Compare("the minimum", expected.Minimum, actual.Minimum, MostLevels * level)
            ?? Compare("the maximum", expected.Maximum, actual.Maximum, MostLevels * level)
            ?? Compare("the sum", expected.Sum, actual.Sum, MostMeanLevels * level * expected.Count);
        return new LayerDumpPair(expected, actual, problem);
    }

    private static (string Operator, long Count) KeyOf(LayerDumpLine line) => (DeviceOperator.KindOf(line.Operator)?.ToString() ?? line.Operator, line.Count);

    private static string? Compare(string what, double expected, double actual, double tolerance) =>
        Math.Abs(expected - actual) <= tolerance ? null : string.Create(CultureInfo.InvariantCulture, $"{what} is {actual:R}, expected {expected:R}");
}
