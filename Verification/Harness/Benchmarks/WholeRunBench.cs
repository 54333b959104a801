using System.Diagnostics;
using TileProof.Verification.Files;

namespace TileProof.Verification.Benchmarks;

/// <summary>A conformance run as a user starts it: a process that proves, writes its reports and ends.</summary>
/// <param name="EmptyCache">The first run, which fills the cache.</param>
/// <param name="FullCache">Runs after it, which have nothing left to do.</param>
/// <param name="IsProven">Whether every run found every byte equal.</param>
public sealed record WholeRunBench(TimeSpan EmptyCache, Samples FullCache, bool IsProven)
{
    private const int FullCacheRuns = 3;

    /// <summary>Runs the program once with an empty cache, and then with the cache that this leaves.</summary>
    /// <param name="command">The file to start, and the arguments of a run that writes reports.</param>
    /// <param name="cancellation">Ends the run under way.</param>
    /// <exception cref="UserInputException">There is no place for temporary files.</exception>
    public static WholeRunBench Measure(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        DirectoryInfo folder = MakeFolder();
        try
        {
            bool isProven = true;
            TimeSpan emptyCache = Run();
            var fullCache = new Samples();
            for (int i = 0; i < FullCacheRuns; i++)
            {
                fullCache.Add(Run());
            }

            return new WholeRunBench(emptyCache, fullCache, isProven);

            TimeSpan Run()
            {
                cancellation.ThrowIfCancellationRequested();
                var start = new ProcessStartInfo(command[0], [.. command.Skip(1), "--out", Path.Combine(folder.FullName, "reports")])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                };
                start.Environment["TILEPROOF_CACHE"] = Path.Combine(folder.FullName, "cache");
                long begin = Stopwatch.GetTimestamp();
                using Process process = Process.Start(start)!;
                process.OutputDataReceived += static (_, _) => { };
                process.ErrorDataReceived += static (_, _) => { };
                process.BeginOutputReadLine();
                process.BeginErrorReadLine();
                WaitForExit(process, cancellation);
                isProven &= process.ExitCode == ExitCode.Proven;
                return Stopwatch.GetElapsedTime(begin);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Waits for a run, and ends it where the bench is stopped, so that its folder can be deleted.</summary>
    private static void WaitForExit(Process process, CancellationToken cancellation)
    {
        using CancellationTokenRegistration stop = cancellation.Register(process.Kill);
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
    }

    private static DirectoryInfo MakeFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory("tileproof-bench-");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot make a folder in '{Path.GetTempPath()}': {FileProblem.Describe(exception)}; free it, or name another with TMPDIR", exception);
        }
    }
}
