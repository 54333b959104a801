using System.Diagnostics;

namespace TileProof.MutationTesting.Running;

/// <summary>Ends the process when tests take far longer than they should: by processor time, which a busy machine does not stretch, and by the
/// clock for those that wait for ever.</summary>
internal sealed class Watchdog : IDisposable
{
    private readonly Timer timer;

    /// <summary>Starts to watch.</summary>
    /// <param name="expectedMilliseconds">How long the tests take without a mutant.</param>
    /// <param name="beforeEnd">What is done before the process ends.</param>
    public Watchdog(double expectedMilliseconds, Action beforeEnd)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan processorLimit = process.TotalProcessorTime + TimeSpan.FromMilliseconds(4_000 + (5 * expectedMilliseconds));
        long start = Stopwatch.GetTimestamp();
        TimeSpan clockLimit = TimeSpan.FromMilliseconds(60_000 + (20 * expectedMilliseconds));
        timer = new Timer(_ => EndIfLate(processorLimit, start, clockLimit, beforeEnd), null, 1000, 1000);
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private static void EndIfLate(TimeSpan processorLimit, long start, TimeSpan clockLimit, Action beforeEnd)
    {
        using Process process = Process.GetCurrentProcess();
        if (process.TotalProcessorTime > processorLimit || Stopwatch.GetElapsedTime(start) > clockLimit)
        {
            beforeEnd();
            process.Kill();
        }
    }
}
