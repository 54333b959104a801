using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TileProof.HwModel.Machine;
using TileProof.Verification.Files;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Fuzzing;

/// <summary><c>tileproof fuzz</c>: judges random cases one after the other, shrinks what fails, and keeps what is done, so that it can be stopped at any moment.</summary>
public sealed class FuzzRun : IDisposable
{
    /// <summary>Cases between two looks at the clock. Threads wait for each other at its end, for the dearest case there, so that it has many.</summary>
    private const int SliceCases = 512;

    /// <summary>Cases, and seconds, after which the journal gets a line.</summary>
    private const int BlockCases = 2048;
    private const double BlockSeconds = 10;

    /// <summary>A case in so many has its goldens computed by ONNX Runtime and by ILGPU too.</summary>
    private const int OnnxRuntimeOneIn = 64;
    private const int IlgpuOneIn = 256;

    private readonly FuzzOptions options;
    private readonly CancellationToken cancellation;
    private readonly ConcurrentBag<FuzzOracles> oracles = [];
    private readonly FuzzPrograms? programs;
    private int shrunk;

    /// <summary>The cases that are being judged, of a stopped run also those that nobody waits for any more.</summary>
    private Task underWay = Task.CompletedTask;

    private FuzzRun(FuzzOptions options, FuzzPrograms? programs, CancellationToken cancellation)
    {
        this.options = options;
        this.programs = programs;
        this.cancellation = cancellation;
    }

    private Func<FuzzCase, Func<MachineInterceptor>?> Defects { get; init; } = static _ => null;

    /// <summary>Runs a campaign, goes on with what its folder holds, writes the reports and returns the exit code (see <see cref="ExitCode"/>).</summary>
    /// <param name="options">What to run.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="output">Receives the summary.</param>
    /// <param name="cancellation">Stops the run between cases; what is done is kept, and its reports are written.</param>
    /// <exception cref="UserInputException">The output folder cannot be used, or holds another campaign.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static int Execute(FuzzOptions options, IProgressReporter progress, TextWriter output, CancellationToken cancellation) =>
        Execute(options, static _ => null, progress, output, cancellation);

    /// <summary>The same with defects in programs, for the test of the campaign itself.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="defects">A defect for the programs of a case, or null.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="output">Receives the summary.</param>
    /// <param name="cancellation">Stops the run between cases.</param>
    internal static int Execute(FuzzOptions options, Func<FuzzCase, Func<MachineInterceptor>?> defects, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(output);
        ReportFolder folder = ReportFolder.Open(options.OutputFolder, "fuzz");
        using FuzzJournal journal = FuzzJournal.Open(folder.PathOf(FuzzJournal.FileName), options);
        FuzzReport.DeleteEmptyFolders(folder);
        using FuzzPrograms? programs = FuzzPrograms.Open(options.Programs, options.CacheFolder);
        using var run = new FuzzRun(options, programs, cancellation) { Defects = defects };
        bool isStopped = run.Judge(journal, progress);
        FuzzReport.Write(folder, options, journal.Totals);
        folder.Complete(progress);
        if (options.PrintsJson)
        {
            JsonTable.Write(output, FuzzReport.ToJson(options, journal.Totals));
        }
        else
        {
            output.Write(FuzzReport.Describe(options, journal.Totals, options.OutputFolder));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{SpeedOf(journal.Totals)}; reports: {folder.PathOf("fuzz.md")}"));
        }

        cancellation.ThrowIfCancellationRequested();
        if (isStopped)
        {
            progress.Say("the time is over; the same command goes on here");
        }

        return FuzzReport.ExitCodeOf(journal.Totals);
    }

    /// <summary>Waits for the cases under way, which use what is disposed.</summary>
    public void Dispose()
    {
        underWay.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        while (oracles.TryTake(out FuzzOracles? one))
        {
            one.Dispose();
        }
    }

    /// <summary>Which goldens take part in a case of a campaign.</summary>
    internal static FuzzDepth DepthOf(int index) =>
        (index % OnnxRuntimeOneIn == 0 ? FuzzDepth.OnnxRuntime : FuzzDepth.Usual) | (index % IlgpuOneIn == IlgpuOneIn / 2 ? FuzzDepth.Ilgpu : FuzzDepth.Usual);

    private static string SpeedOf(FuzzTotals totals) => string.Create(
        CultureInfo.InvariantCulture, $"{Counted.Of(totals.Cases, "cases")} in {totals.Seconds:F0} seconds, {(totals.Seconds > 0 ? totals.Cases / totals.Seconds : 0):F0} a second, all runs into this folder together");

    /// <summary>Judges until the campaign, the time or the user ends it.</summary>
    /// <returns>Whether the time ended it.</returns>
    private bool Judge(FuzzJournal journal, IProgressReporter progress)
    {
        long end = options.Cases is { } cases ? (long)options.From + cases : int.MaxValue;
        long first = Math.Max(options.From, journal.Next ?? options.From);
        long next = first;
        while (!options.Shard.Takes(next))
        {
            next++;
        }

        if (journal.Totals.Cases > 0)
        {
            progress.Say(string.Create(CultureInfo.InvariantCulture, $"going on behind {journal.Totals.Cases} {(journal.Totals.Cases == 1 ? "case that is" : "cases that are")} done"));
        }

        var clock = Stopwatch.StartNew();
        var block = new FuzzTotals();
        double blockStart = 0;
        double lastSaid = 0;
        bool isTimeOver = false;
        while (next < end && !isTimeOver && !cancellation.IsCancellationRequested)
        {
            int[] indices = [.. Slice(next, end)];
            FuzzTotals[] done = JudgeSlice(indices);
            Array.ForEach(done, block.Add);
            next = done.Length < indices.Length ? indices[done.Length] : (long)indices[^1] + options.Shard.Count;
            double now = clock.Elapsed.TotalSeconds;
            isTimeOver = options.Minutes is { } minutes && now >= minutes * 60.0;
            if ((block.Cases > 0 || next >= end) && (block.Cases >= BlockCases || now - blockStart >= BlockSeconds || isTimeOver || next >= end || cancellation.IsCancellationRequested))
            {
                Append(journal, ref block, (int)Math.Min(next, end), now - blockStart);
                blockStart = now;
            }

            if (now - lastSaid >= 60)
            {
                progress.Say(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(journal.Totals.Cases + block.Cases, "cases")}, {Counted.Of(journal.Totals.Failures.Count, "failures")}, {Counted.Of((long)clock.Elapsed.TotalMinutes, "minutes")}"));
                lastSaid = now;
            }
        }

        if (block.Cases > 0 || (next >= end && journal.Next is null))
        {
            Append(journal, ref block, (int)Math.Min(next, end), clock.Elapsed.TotalSeconds - blockStart);
        }

        return isTimeOver;
    }

    private static void Append(FuzzJournal journal, ref FuzzTotals block, int next, double seconds)
    {
        block.Seconds = seconds;
        journal.Append(next, block);
        block = new FuzzTotals();
    }

    private IEnumerable<int> Slice(long next, long end)
    {
        for (int i = 0; i < SliceCases && next < end; i++, next += options.Shard.Count)
        {
            yield return (int)next;
        }
    }

    /// <summary>Judges cases; of a run that is stopped those before the first that is not done by then. A case may take seconds: it is not waited for, so that what is done is kept.</summary>
    private FuzzTotals[] JudgeSlice(int[] indices)
    {
        var slice = new FuzzSlice(indices.Length);
        underWay = Task.Run(() => JudgeInto(slice, indices), CancellationToken.None);
        try
        {
            underWay.WaitAsync(cancellation).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What is done before the first case that is not is kept.
        }

        return slice.Done();
    }

    private void JudgeInto(FuzzSlice slice, int[] indices)
    {
        Workers.ForEach(
            indices.Length,
            static _ => 0,
            position =>
            {
                FuzzCase one = FuzzGenerator.Of(options.Seed, indices[position]);
                FuzzOutcome outcome = With(check => check.Judge(one, DepthOf(one.Index)));
                var judged = new FuzzTotals();
                judged.Add(outcome);
                slice.Add(position, judged, outcome.Finding is { } finding ? (one, finding) : null);
            },
            cancellation,
            options.ThreadCount);
        while (slice.NextToShrink() is { } failure)
        {
            slice.Add(Shrink(failure.Case, failure.Finding));
        }
    }

    private FuzzFailure Shrink(FuzzCase one, FuzzFinding finding)
    {
        var failure = new FuzzFailure(one.Index, finding, FuzzCaseFile.Write(one));
        if (shrunk++ >= FuzzTotals.ShrunkFailures)
        {
            return failure;
        }

        FuzzDepth depth = finding.Kind == FuzzFindingKind.GoldensDiffer ? DepthOf(one.Index) : FuzzDepth.Usual;
        (FuzzCase smallest, FuzzFinding found) = With(check => new FuzzShrinker(candidate => check.Judge(candidate, depth).Finding, cancellation).Shrink(one, finding));
        return failure with { Smallest = new FuzzFailure(one.Index, found, FuzzCaseFile.Write(smallest)) };
    }

    private T With<T>(Func<FuzzCheck, T> use)
    {
        FuzzOracles mine = oracles.TryTake(out FuzzOracles? idle) ? idle : new FuzzOracles(programs);
        try
        {
            return use(new FuzzCheck(mine) { Defects = Defects });
        }
        finally
        {
            oracles.Add(mine);
        }
    }
}
