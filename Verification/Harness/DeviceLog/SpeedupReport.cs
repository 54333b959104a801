using System.Globalization;

namespace TileProof.Verification.DeviceLog;

/// <summary>The convolution cycles of two runs next to each other (operator contract, section 13.5).</summary>
public static class SpeedupReport
{
    /// <summary>The sum over all convolution lines of a log.</summary>
    public static long ConvolutionCycles(DeviceLogFile log) => Lines(log).Sum(static line => line.Cycles);

    /// <summary>Layer counts, sums, and how many times fewer cycles the second run took.</summary>
    public static string Describe(DeviceLogFile expected, DeviceLogFile actual)
    {
        long before = ConvolutionCycles(expected);
        long after = ConvolutionCycles(actual);
        string speedup = after > 0 ? string.Create(CultureInfo.InvariantCulture, $"{(double)before / after:F1}x") : "-";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"conv2d      : {Lines(expected).Count()} calls, {before} cycles -> {Lines(actual).Count()} calls, {after} cycles\nSpeedup: {speedup}\n");
    }

    private static IEnumerable<PerformanceLine> Lines(DeviceLogFile log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return log.Performance.Where(DeviceOperator.IsConvolution);
    }
}
