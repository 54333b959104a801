using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Export;
using TileProof.Verification.Files;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;

namespace TileProof.Verification.Tuning;

/// <summary>Searches better plans, proves every one on the simulated DSP, and writes those.</summary>
public static class TuneRun
{
    /// <summary>Runs the search and the proof, writes the reports and returns the exit code (see <see cref="ExitCode"/>).</summary>
    /// <param name="options">What to search.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="output">Receives the summary for people.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <exception cref="UserInputException">An option names something that does not exist, or the output folder is not writable.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static int Execute(TuneOptions options, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(output);
        VerifyOptions settings = options.Settings;
        if (settings.Sharding is { Merged: null } part && options.PrintsJson)
        {
            throw part.LeavesWithoutEffect("--json");
        }

        ReportFolder? opened = settings.Sharding is { Merged: null } ? null : ReportFolder.Open(settings.OutputFolder, "tune");
        NetworkSource[] sources = ConformanceRun.LoadAll(settings, withFloatForms: false);
        IneffectiveOptions.Refuse(settings, sources);
        Conv2dCall[] calls = [.. sources.SelectMany(static source => source.Network.Convolutions)];
        if (!calls.Any(static call => ConvolutionKernel.IsPublished(call.Shape)))
        {
            throw new UserInputException("there is nothing to tune: no convolution of the networks has a tiled kernel");
        }

        if (opened is not { } folder)
        {
            using GoldenEngines engines = GoldenEngines.Open(settings.Device);
            return ShardedOver(new TuningJobs(sources, engines, options, progress, cancellation), sources, engines, options, settings.Sharding!)
                .Execute(settings.OutputFolder, progress, output);
        }

        (ModeSearches searches, TuningProof proof) = settings.Sharding is { } merging
            ? Merge(sources, options, merging, progress, cancellation)
            : SearchAndProve(calls, sources, options, progress, output, cancellation);
        TuningSearch search = searches.Chosen;
        TuningRow[] rows = [.. sources.SelectMany(source => RowsOf(source.Network, search, proof, settings.Banks))];
        TuningModeRow[] modes = [.. sources.SelectMany(source => TuningModeTable.Of(source.Network, searches, settings.Banks, proof))];
        BankSizeRow[] sizes = options.ComparesBanks ? [.. sources.SelectMany(source => BankSizeTable.Of(source.Network, search, settings.Machine))] : [];
        folder.WriteCsv("tuning.csv", rows);
        folder.WriteCsv("tuning_modes.csv", modes);
        if (options.ComparesBanks)
        {
            folder.WriteCsv("bank_sizes.csv", sizes);
        }

        if (proof.IsProven)
        {
            WritePlans(folder, new PlanSet([.. settings.Banks.Select(search.PlansAt)]), options.IsFree, sources);
        }

        folder.WriteText("tuning.md", TuningReport.Write(options, rows, modes, sizes, proof));
        folder.Complete(progress);
        if (options.PrintsJson)
        {
            JsonTable.Write(output, new JsonObject { ["proven"] = proof.IsProven, ["verdict"] = proof.Verdict, ["layers"] = JsonTable.Of(rows), ["modes"] = JsonTable.Of(modes) });
            return proof.ExitCode;
        }

        output.Write(TuningReport.Totals(rows));
        output.Write(TuningModeTable.Summarize(modes));
        output.WriteLine(proof.Verdict);
        output.WriteLine($"reports: {folder.PathOf("tuning.md")}");
        return proof.ExitCode;
    }

    private static (ModeSearches Searches, TuningProof Proof) SearchAndProve(
        Conv2dCall[] calls, NetworkSource[] sources, TuneOptions options, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        BankSetting[] banks = [.. options.Settings.Banks.Concat(options.ComparesBanks ? BankSizeTable.BanksOf(options.Settings.Machine) : []).Distinct()];
        var clock = Stopwatch.StartNew();
        var searches = ModeSearches.Run(calls, banks, options, progress, cancellation);
        (options.PrintsJson ? TextWriter.Null : output).WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"searched {Counted.Of(searches.Chosen.Shapes.Count, "layers")} at {Counted.Of(banks.Length, "bank settings")} for {ModeSearches.Modes.Count} machine modes in {clock.Elapsed.TotalSeconds:F1} s: {searches.CandidateCount:N0} plans fit, {searches.PlayedCount:N0} were played, the others cannot be better"));
        return (searches, Prove(sources, searches, options, progress, cancellation));
    }

    private static (ModeSearches Searches, TuningProof Proof) Merge(
        NetworkSource[] sources, TuneOptions options, ShardOptions merging, IProgressReporter progress, CancellationToken cancellation)
    {
        using GoldenEngines engines = GoldenEngines.Open(options.Settings.Device);
        var layers = new TuningJobs(sources, engines, options, progress, cancellation);
        return layers.Run(ShardedOver(layers, sources, engines, options, merging).Merge())!.Value;
    }

    private static ShardedRun ShardedOver(TuningJobs layers, NetworkSource[] sources, GoldenEngines engines, TuneOptions options, ShardOptions sharding) => new(
        sharding,
        ShardSettings.Of(options, sources),
        engines.Describe(),
        jobs => layers.Run(jobs));

    private static TuningProof Prove(
        IReadOnlyList<NetworkSource> sources, ModeSearches searches, TuneOptions options, IProgressReporter progress, CancellationToken cancellation)
    {
        using GoldenEngines engines = GoldenEngines.Open(options.Settings.Device);
        var goldens = new List<GoldenCall>();
        foreach (NetworkSource source in sources)
        {
            progress.Say($"{source.Network.Name}: golden results of {Counted.Of(source.Network.Calls.Count, "calls")}");
            goldens.AddRange(NetworkGolden.Compute(source.Network, source.FirstImage, engines, options.Settings, cancellation)
                .Where(static golden => golden.Call is Conv2dCall call && ConvolutionKernel.IsPublished(call.Shape)));
        }

        return TuningProof.Run(goldens, searches, options, progress, cancellation);
    }

    private static IEnumerable<TuningRow> RowsOf(Network network, TuningSearch search, TuningProof proof, IReadOnlyList<BankSetting> banks)
    {
        foreach (BankSetting bank in banks)
        {
            foreach ((Conv2dShape shape, int calls) in TuningSearch.LayersOf(network))
            {
                yield return TuningRow.Of(network.Name, bank, search[bank, shape], proof, calls, search.Mode);
            }
        }
    }

    private static void WritePlans(ReportFolder folder, PlanSet plans, bool isFree, IReadOnlyList<NetworkSource> sources)
    {
        folder.WriteText("tuned_plans.json", PlanFile.Write(plans));
        if (isFree)
        {
            return;
        }

        MaxPool2dShape[] poolings = [.. ModelGeometry.PublishedPoolingsOf(sources.SelectMany(static source => source.Network.Calls))];
        foreach (BankPlans bank in plans.Banks)
        {
            folder.WriteText(
                $"layer_configs_{bank.Bank.Label}.h",
                LayerConfigHeader.Write(
                    bank.Bank.TableBanks, bank.Plans, [.. poolings.Select(bank.Bank.PublishedPoolingOf)]));
        }
    }
}
