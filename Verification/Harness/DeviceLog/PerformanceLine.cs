namespace TileProof.Verification.DeviceLog;

/// <summary>One PERF_LOG line of a device run (operator contract, section 13.3).</summary>
/// <param name="Line">The line in the log, from 1.</param>
/// <param name="Operator">The operator as the device names it, such as <c>conv2d</c>.</param>
/// <param name="Count">The elements; for a convolution those of its input.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Cycles">Core clock cycles.</param>
public sealed record PerformanceLine(int Line, string Operator, long Count, string Unit, long Cycles)
{
    /// <summary>What the call printed before this line, inside its timed region; null for nothing.</summary>
    public TimedPrints? Prints { get; init; }
}
