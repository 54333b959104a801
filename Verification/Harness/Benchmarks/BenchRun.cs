using TileProof.Golden.OnnxRuntime;
using TileProof.Verification.Files;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Benchmarks;

/// <summary>Measures the simulator and prints one page.</summary>
public static class BenchRun
{
    /// <summary>Measures, prints, and returns the exit code: 1 when the matrix is not proven, because the time of a wrong result means nothing.</summary>
    /// <param name="options">What to measure.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="output">Receives the tables.</param>
    /// <param name="cancellation">Stops between runs.</param>
    public static int Execute(BenchOptions options, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(output);
        if (options.ProgramsFile is { } programs)
        {
            IReadOnlyList<DeviceCost> costs = DeviceCost.Measure(options, cancellation);
            if (options.PrintsJson)
            {
                JsonTable.Write(output, BenchJson.Of(programs, options.Bank, costs));
            }
            else
            {
                output.Write(DeviceCost.Table(programs, options.Bank, costs));
            }

            return ExitCode.Proven;
        }

        MatrixBench? matrix = options.WithMatrix ? MatrixBench.Measure(progress, cancellation) : null;
        long peakBytes = Environment.WorkingSet;
        using (var process = System.Diagnostics.Process.GetCurrentProcess())
        {
            peakBytes = Math.Max(peakBytes, process.PeakWorkingSet64);
        }

        WholeRunBench? wholeRuns = null;
        if (options is { WithMatrix: true, Program.Count: > 0 })
        {
            progress.Say("whole runs with an empty and a full cache");
            wholeRuns = WholeRunBench.Measure([.. options.Program, "verify", "--images", "0"], cancellation);
        }

        var networks = new List<NetworkBench>();
        foreach ((string network, int extent) in options.Networks)
        {
            progress.Say($"{network} {extent}x{extent}");
            networks.Add(NetworkBench.Measure(network, extent, options.Bank, options.TimePerNetwork, cancellation));
        }

        var sizes = new List<NetworkBench>();
        foreach (int extent in options.ScalingExtents)
        {
            progress.Say($"{options.ScalingNetwork} {extent}x{extent}");
            sizes.Add(NetworkBench.Measure(options.ScalingNetwork, extent, options.Bank, TimeSpan.Zero, cancellation));
        }

        int exitCode = matrix is { IsProven: false } || wholeRuns is { IsProven: false } ? ExitCode.NotProven : ExitCode.Proven;
        if (options.PrintsJson)
        {
            JsonTable.Write(output, BenchJson.Of(options.Bank, networks, sizes, matrix, wholeRuns, peakBytes));
            return exitCode;
        }

        output.WriteLine($"{VersionInfo.OfThisProcess(OnnxRuntimeSession.LibraryVersion)}; banks {options.Bank}; {Environment.ProcessorCount} cores; {BenchTable.VectorWidth}");
        output.WriteLine();
        output.Write(BenchTable.Networks(networks));
        output.WriteLine();
        foreach (NetworkBench network in networks)
        {
            output.Write(BenchTable.Kernels(network));
            output.WriteLine();
        }

        output.Write(BenchTable.Scaling(sizes));
        if (matrix is not null)
        {
            output.WriteLine();
            output.Write(BenchTable.Matrix(matrix, peakBytes));
        }

        if (wholeRuns is not null)
        {
            output.WriteLine();
            output.Write(BenchTable.WholeRuns(wholeRuns));
        }

        return exitCode;
    }
}
