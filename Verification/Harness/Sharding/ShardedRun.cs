using System.Globalization;
using TileProof.Golden.OnnxRuntime;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Sharding;

/// <summary>A run of which this process does a part: its jobs are listed, cut, computed and written down; or the results of all parts are taken together.</summary>
/// <param name="options">Which part.</param>
/// <param name="settings">A hash over everything that decides results, beside the list of jobs.</param>
/// <param name="engines">The golden engines of this process; empty where the command has none.</param>
/// <param name="run">Goes through the run with a source of jobs. It does the same with every source, but for what <see cref="JobSource.IsWhole"/> tells it.</param>
internal sealed class ShardedRun(ShardOptions options, string settings, string engines, Action<JobSource> run)
{
    /// <summary>Runs the shard, or prints the cut, and returns the exit code: 0 when every result of the shard is there, whatever it says.</summary>
    /// <param name="folder">The folder of the shard.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="output">Receives the line for people.</param>
    /// <exception cref="UserInputException">The folder cannot be used.</exception>
    public int Execute(string folder, IProgressReporter progress, TextWriter output)
    {
        JobList list = ListJobs();
        if (options.IsDryRun)
        {
            output.Write(SplitTable.Write(list.Jobs, options.Shard?.Count));
            return ExitCode.Proven;
        }

        Shard shard = options.Shard ?? throw new InvalidOperationException("There is no shard to run.");
        var split = new ShardSplit(list.Jobs, shard.Count);
        ShardManifest manifest = ManifestOf(list) with { Shard = shard.ToString(), OwnJobs = split.JobCounts[shard.Number - 1] };
        using ShardFolder opened = ShardFolder.Open(folder, manifest);
        var jobs = new ShardJobs(list.Jobs, shard, opened.Results);
        int before = jobs.DoneCount;
        if (before > 0)
        {
            progress.Say($"shard {shard}: {before} of {jobs.OwnCount} results are there from an earlier run");
        }

        if (before < jobs.OwnCount)
        {
            run(jobs);
        }

        if (jobs.DoneCount != jobs.OwnCount)
        {
            throw new InvalidOperationException($"Shard {shard} has {jobs.DoneCount} results of {jobs.OwnCount} jobs.");
        }

        opened.Finish(hasComputed: jobs.ComputedCount > 0);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"shard {shard}: {jobs.OwnCount} of {list.Jobs.Count} jobs done ({jobs.ComputedCount} ran, {before} were there), {(double)split.Costs[shard.Number - 1] / split.Costs.Sum():P1} of the predicted cost; the verdict is that of 'tileproof merge' over all {shard.Count}"));
        output.WriteLine($"results: {folder}");
        return ExitCode.Proven;
    }

    /// <summary>The results of all shards.</summary>
    /// <exception cref="UserInputException">The shards are of another run than this process would do.</exception>
    public JobSource Merge()
    {
        ShardSet shards = options.Merged ?? throw new InvalidOperationException("There is nothing to merge.");
        ShardManifest here = ManifestOf(ListJobs()) with { Shard = shards.Manifest.Shard };
        if (shards.Manifest.DifferenceFrom(here) is { } difference)
        {
            throw new UserInputException($"shard {shards.Manifest.Shard} in '{shards.Folders[Shard.Parse(shards.Manifest.Shard).Number - 1]}' {difference}, as this process would run it");
        }

        return new MergedJobs(shards.ReadResults());
    }

    private JobList ListJobs()
    {
        var list = new JobList();
        run(list);
        return list.Jobs.Count > 0 ? list : throw new UserInputException("there is nothing to cut into shards: the run has no case");
    }

    private ShardManifest ManifestOf(JobList list) => new()
    {
        Shard = "",
        Arguments = options.Arguments,
        Versions = VersionInfo.OfThisProcess(OnnxRuntimeSession.LibraryVersion).ToString(),
        Build = VersionInfo.Build,
        Engines = engines.Length == 0 ? [] : [engines],
        Settings = settings,
        JobList = list.Hash,
        Jobs = list.Jobs.Count,
        OwnJobs = 0,
        Finished = false,
    };
}
