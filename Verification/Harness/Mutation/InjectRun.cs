using System.Text.Json.Nodes;
using TileProof.HwModel.Faults;
using TileProof.Verification.Caching;
using TileProof.Verification.Files;
using TileProof.Verification.Hazards;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;

namespace TileProof.Verification.Mutation;

/// <summary>Runs every deliberate defect on every layer of the self-test, or of networks, and writes what caught it.</summary>
public static class InjectRun
{
    /// <summary>Runs the defects, writes <c>mutation.csv</c> and returns the exit code (see <see cref="ExitCode"/>).</summary>
    /// <param name="options">What to run.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="output">Receives the summary for people.</param>
    /// <param name="cancellation">Stops the run between layers.</param>
    /// <exception cref="UserInputException">The output folder is not writable, the bank setting has no local memory, or the machine cannot run a layer.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static int Execute(InjectOptions options, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(output);
        if (options.ListOnly)
        {
            if (options.Sharding is { } part)
            {
                throw part.HasNoEffect("with --list");
            }

            if (options.PrintsJson)
            {
                JsonTable.Write(output, JsonTable.Of(FaultCatalog.All.Select(static fault => new { fault.Name, Class = fault.Class.ToString(), fault.Description })));
                return ExitCode.Proven;
            }

            foreach (Fault fault in FaultCatalog.All)
            {
                output.WriteLine($"{fault.Name} ({fault.Class}): {fault.Description}");
            }

            return ExitCode.Proven;
        }

        if (options.Bank.CacheOnly)
        {
            throw new UserInputException("defects are put into tiled programs, which need local memory: give a bank size");
        }

        IReadOnlyList<ConvolutionCase> layers = InjectLayers.Of(options.Settings, options.Bank.Configuration.AccumulatorOverflow);
        InjectLayers.RequirePrograms(layers, options.Bank);
        if (options.Sharding is { Merged: null } sharding)
        {
            return options.PrintsJson
                ? throw sharding.LeavesWithoutEffect("--json")
                : Sharded(sharding).Execute(options.OutputFolder, progress, output);
        }

        ReportFolder folder = ReportFolder.Open(options.OutputFolder);
        IReadOnlyList<MutationRow> rows = Run(options.Sharding is { } merging ? Sharded(merging).Merge() : JobSource.Everything);
        folder.WriteCsv("mutation.csv", rows);
        var outcome = new MutationOutcome(rows, InjectLayers.AreChosen(options.Settings));
        if (options.PrintsJson)
        {
            JsonTable.Write(output, new JsonObject { ["proven"] = outcome.ExitCode == ExitCode.Proven, ["layers"] = layers.Count, ["banks"] = options.Bank.Label, ["defects"] = JsonTable.Of(rows) });
            return outcome.ExitCode;
        }

        output.Write(outcome.Describe());
        output.WriteLine($"{Counted.Of(layers.Count, "layers")}, banks {options.Bank}; report: {folder.PathOf("mutation.csv")}");
        return outcome.ExitCode;

        ShardedRun Sharded(ShardOptions part) => new(part, ContentHash.Of(ShardSettings.OfInject.Of(options), layers), engines: "", jobs => Run(jobs));

        IReadOnlyList<MutationRow> Run(JobSource jobs)
        {
            using IProgressActivity? activity = jobs is JobList ? null : progress.Begin($"{FaultCatalog.All.Count} defects, layers", layers.Count);
            return MutationRun.Execute(layers, options.Bank.Configuration, FaultCatalog.All, jobs, _ => activity?.Advance(), cancellation, options.ThreadCount);
        }
    }
}
