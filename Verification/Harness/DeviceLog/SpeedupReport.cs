using System.Globalization;
using System.Text;
using TileProof.Operators.Calls;

namespace TileProof.Verification.DeviceLog;

/// <summary>The cycles of two runs next to each other, by operator, and the speedup of the convolutions (operator contract, section 13.5).</summary>
public static class SpeedupReport
{
    /// <summary>The sum over all convolution lines of a log.</summary>
    public static long ConvolutionCycles(DeviceLogFile log) => Lines(log).Sum(static line => line.Cycles);

    /// <summary>Of each operator calls, sums, and how many times fewer cycles the second run took; prints inside the timed region; the speedup of the convolutions.</summary>
    public static string Describe(DeviceLogFile expected, DeviceLogFile actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        var text = new StringBuilder();
        OperatorKind?[] kinds = [.. expected.Performance.Concat(actual.Performance).Select(KindOf).Distinct().OrderBy(static kind => kind is null)];
        foreach (OperatorKind? kind in kinds)
        {
            Append(kind is { } known ? MeasuredCall.NameOf(known) : "other", line => KindOf(line) == kind);
        }

        if (kinds.Length > 1)
        {
            Append("all", static _ => true);
        }

        foreach (DeviceLogFile log in new[] { expected, actual })
        {
            PerformanceLine[] printing = [.. log.Performance.Where(static line => line.Prints is not null)];
            if (printing.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"prints      : {printing.Length} of {log.Performance.Count} calls in '{log.Path}' print inside the timed region, first line {printing[0].Prints!.FirstLine}: their cycles hold the printing\n");
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"Speedup: {TimesOf(ConvolutionCycles(expected), ConvolutionCycles(actual))}\n").ToString();

        void Append(string name, Func<PerformanceLine, bool> counts)
        {
            PerformanceLine[] before = [.. expected.Performance.Where(counts)];
            PerformanceLine[] after = [.. actual.Performance.Where(counts)];
            long beforeCycles = before.Sum(static line => line.Cycles);
            long afterCycles = after.Sum(static line => line.Cycles);
            text.Append(CultureInfo.InvariantCulture, $"{name,-12}: {Counted.Of(before.Length, "calls")}, {Counted.Of(beforeCycles, "cycles")} -> {Counted.Of(after.Length, "calls")}, {Counted.Of(afterCycles, "cycles")}, {TimesOf(beforeCycles, afterCycles)}\n");
        }
    }

    private static OperatorKind? KindOf(PerformanceLine line) => DeviceOperator.KindOf(line.Operator);

    private static string TimesOf(long before, long after) => after > 0 && before > 0 ? string.Create(CultureInfo.InvariantCulture, $"{(double)before / after:F1}x") : "-";

    private static IEnumerable<PerformanceLine> Lines(DeviceLogFile log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return log.Performance.Where(DeviceOperator.IsConvolution);
    }
}
