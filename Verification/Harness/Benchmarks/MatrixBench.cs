using System.Diagnostics;
using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Benchmarks;

/// <summary>The default conformance matrix on all cores, from building the networks to the last case.</summary>
/// <param name="Cases">Layer cases and whole networks.</param>
/// <param name="SetUp">Building and quantizing the networks.</param>
/// <param name="Golden">All golden engines on every call of both networks.</param>
/// <param name="Total">Everything: set-up, goldens, cases and whole networks.</param>
/// <param name="Processor">Processor time of all threads.</param>
/// <param name="AllocatedBytesPerCase">Host memory allocated by the whole run, goldens and set-up included, for each case.</param>
/// <param name="IsProven">Whether every byte was equal.</param>
public sealed record MatrixBench(int Cases, TimeSpan SetUp, TimeSpan Golden, TimeSpan Total, TimeSpan Processor, long AllocatedBytesPerCase, bool IsProven)
{
    /// <summary>Runs the matrix once.</summary>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="cancellation">Stops between cases.</param>
    public static MatrixBench Measure(IProgressReporter progress, CancellationToken cancellation)
    {
        var options = new VerifyOptions { Device = DeviceChoice.Host };
        long allocatedBefore = GC.GetTotalAllocatedBytes();
        TimeSpan processorBefore = Environment.CpuUsage.TotalTime;
        long begin = Stopwatch.GetTimestamp();
        using var engines = new GoldenEngines(new DataParallelEngine(DeviceCatalog.Open(options.Device)));
        NetworkSource[] sources = ConformanceRun.LoadAll(options, withFloatForms: false);
        TimeSpan setUp = Stopwatch.GetElapsedTime(begin);
        ConformanceOutcome outcome = ConformanceRun.Run(sources, engines, options, results: null, progress, cancellation);
        TimeSpan total = Stopwatch.GetElapsedTime(begin);
        TimeSpan processor = Environment.CpuUsage.TotalTime - processorBefore;
        int cases = outcome.Cases.Count + outcome.EndToEnd.Count;
        long allocatedBytes = (GC.GetTotalAllocatedBytes() - allocatedBefore) / cases;
        begin = Stopwatch.GetTimestamp();
        foreach (NetworkSource source in sources)
        {
            NetworkGolden.Compute(source.Network, source.FirstImage, engines, options, cancellation);
        }

        return new MatrixBench(cases, setUp, Stopwatch.GetElapsedTime(begin), total, processor, allocatedBytes, outcome.Verdict.IsProven);
    }
}
