using TileProof.Golden.OnnxRuntime;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Accuracy;
using TileProof.Verification.Caching;
using TileProof.Verification.Conformance;
using TileProof.Verification.Cycles;
using TileProof.Verification.Files;
using TileProof.Verification.Html;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;
using TileProof.Verification.Sharding;
using TileProof.Verification.TimingCalibration;
using TileProof.Verification.Vectors;

namespace TileProof.Verification;

/// <summary>The conformance run, every case of the matrix compared bit for bit: networks are loaded, run (<see cref="MatrixRun"/>) and reported (<see cref="ConformanceReports"/>).</summary>
public static class ConformanceRun
{
    /// <summary>Runs the cases, writes the reports and returns the exit code (see <see cref="ExitCode"/>).</summary>
    /// <param name="options">What to run.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="output">Receives the summary for people.</param>
    /// <param name="cancellation">Stops the run between cases.</param>
    /// <exception cref="UserInputException">An option names something that does not exist, or the output folder is not writable.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static int Execute(VerifyOptions options, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(output);
        if (options.CaseFile is { } caseFile)
        {
            return Fuzzing.FuzzReplay.Execute(caseFile, options.ProgramsFile, options.CacheFolder, options.PrintsJson, output);
        }

        IneffectiveOptions.Refuse(options);
        if (options is { Sharding: { Merged: null } part } and ({ ListOnly: true } or { ProgramsFile: not null } or { VectorsFolder: not null }))
        {
            throw part.HasNoEffect(options.ListOnly ? "with --list" : options.ProgramsFile is not null ? "with programs of your own" : "on recorded layers");
        }

        foreach (string file in ((string?[])[options.JUnitFile, options.SarifFile]).OfType<string>())
        {
            AtomicFile.RequirePlace(file);
        }

        options = options.WithPlansLoaded();
        if (options.ListOnly)
        {
            if (options.JUnitFile is not null || options.PrintsJson)
            {
                throw new UserInputException($"{(options.PrintsJson ? "--json" : "--junit")} has no effect with --list, which runs nothing; leave it out");
            }

            NetworkSource[] listed = LoadAll(options, withFloatForms: false);
            IneffectiveOptions.Refuse(options, listed);
            CaseList.Write(options.VectorsFolder is { } recorded ? VectorRun.Read(recorded) : [], [.. listed.Select(static source => source.Network)], options, output);
            return ExitCode.Proven;
        }

        if (options.SarifFile is not null && options.ProgramsFile is null)
        {
            throw new UserInputException("--sarif has no effect without C programs of your own; name them with --programs FILE.json");
        }

        if (options.PrintsJson && options.VectorsFolder is not null && options.Networks.Count > 0)
        {
            throw new UserInputException("--json tells of one thing: leave out --networks or --vectors");
        }

        if (options.ProgramsFile is not null)
        {
            return Device.DeviceVerification.Execute(options, progress, output, cancellation);
        }

        if (options.Sharding is { Merged: null } sharding)
        {
            return RunShard(options, sharding, progress, output, cancellation);
        }

        ReportFolder folder = ReportFolder.Open(options.OutputFolder, "verify");
        bool proven = true;
        if (options.VectorsFolder is not null)
        {
            proven &= VectorRun.Execute(options, options.VectorsFolder, folder, progress, output, cancellation);
        }

        if (options.Networks.Count > 0)
        {
            proven &= RunNetworks(options, folder, progress, output, cancellation).IsProven;
        }

        folder.Complete(progress);
        return proven ? ExitCode.Proven : ExitCode.NotProven;
    }

    /// <summary>Runs every case of the options' networks, without writing any report.</summary>
    /// <param name="sources">The networks.</param>
    /// <param name="engines">The golden engines.</param>
    /// <param name="options">What to run.</param>
    /// <param name="results">What earlier runs proved; null to run everything.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="cancellation">Stops the run between cases.</param>
    public static ConformanceOutcome Run(
        IReadOnlyList<NetworkSource> sources, GoldenEngines engines, VerifyOptions options, ResultCache? results, IProgressReporter progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(engines);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        return new MatrixRun(engines, options, results, JobSource.Everything, progress, cancellation).Run(sources);
    }

    /// <summary>The networks that the options name, with names that differ.</summary>
    /// <exception cref="UserInputException">The input size is not possible.</exception>
    public static IReadOnlyList<Network> LoadNetworks(VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return [.. LoadAll(options, withFloatForms: false).Select(static source => source.Network)];
    }

    /// <summary>Runs the jobs of one shard, and writes no report.</summary>
    private static int RunShard(VerifyOptions options, ShardOptions sharding, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        if (options.PrintsJson || options.JUnitFile is not null)
        {
            throw sharding.LeavesWithoutEffect(options.PrintsJson ? "--json" : "--junit");
        }

        using GoldenEngines engines = GoldenEngines.Open(options.Device);
        NetworkSource[] sources = LoadAll(options, options.WantsAccuracy, ResultCache.Open(options.CacheFolder, progress));
        IneffectiveOptions.Refuse(options, sources);
        options.Plans?.RequireRoomFor([.. CallSelection.Select(sources.Select(static source => source.Network), options).OfType<Conv2dCall>()]);
        return ShardedOver(sources, engines, options, sharding, progress, cancellation).Execute(options.OutputFolder, progress, output);
    }

    /// <summary>The jobs of the networks: the same list, whoever runs them.</summary>
    private static ShardedRun ShardedOver(
        NetworkSource[] sources, GoldenEngines engines, VerifyOptions options, ShardOptions sharding, IProgressReporter progress, CancellationToken cancellation) => new(
            sharding,
            ShardSettings.Of(options, sources),
            engines.Describe(),
            jobs =>
            {
                new MatrixRun(engines, options, results: null, jobs, progress, cancellation).Run(sources);
                MeasureAccuracy(sources, options, results: null, jobs, progress, cancellation);
            });

    private static Verdict RunNetworks(
        VerifyOptions options, ReportFolder folder, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        var results = ResultCache.Open(options.CacheFolder, progress);
        using var loading = new BackgroundResult<NetworkSource[]>(_ => LoadAll(options, options.WantsAccuracy, results), cancellation);
        using GoldenEngines engines = GoldenEngines.Open(options.Device);
        NetworkSource[] sources = loading.Value;
        IneffectiveOptions.Refuse(options, sources);
        Conv2dCall[] convolutions = [.. CallSelection.Select(sources.Select(static source => source.Network), options).OfType<Conv2dCall>()];
        if (options.Plans is { } plans)
        {
            plans.RequireRoomFor(convolutions);
            if (!options.PrintsJson)
            {
                output.WriteLine(plans.DescribeUse(convolutions, options.Banks));
            }
        }

        JobSource jobs = options.Sharding is { } merging ? ShardedOver(sources, engines, options, merging, progress, cancellation).Merge() : JobSource.Everything;
        results = jobs.IsSharded ? null : results;

        // The native library takes a while to load, and nothing needs the predictions before the reports; both fill the gaps that the cases
        // leave. Neither starts before the input is accepted, and both have ended when this method does.
        using var libraryVersion = new BackgroundResult<string>(static _ => OnnxRuntimeSession.LibraryVersion, cancellation);
        using var predictions = new BackgroundResult<NetworkCycles[]>(token => PredictCycles(sources, options, results, token), cancellation);
        ConformanceOutcome outcome = new MatrixRun(engines, options, results, jobs, progress, cancellation).Run(sources);
        var reports = new ConformanceReports
        {
            Outcome = outcome,
            Accuracies = MeasureAccuracy(sources, options, results, jobs, progress, cancellation),
            Versions = VersionInfo.OfThisProcess(libraryVersion.Value).ToString(),
            Settings = options.SettingsOf(sources),
            Engines = options.Sharding?.Merged?.Engines ?? engines.Describe(),
            Cycles = predictions.Value,
        };
        using var page = new BackgroundResult<string>(token => CachedPage.FindOrWrite(results, sources, reports, () => HtmlReport.Write(reports, token)), cancellation);
        Verdict verdict = reports.Publish(folder, output, cancellation);
        folder.WriteText(HtmlReport.FileName, page.Value);
        return verdict;
    }

    /// <summary>The accuracy of the networks that have a float form, where it is wanted and all of it is here.</summary>
    private static NetworkAccuracy[] MeasureAccuracy(
        NetworkSource[] sources, VerifyOptions options, ResultCache? results, JobSource jobs, IProgressReporter progress, CancellationToken cancellation) =>
    [
        .. sources.Where(source => options.WantsAccuracy && source.HasAccuracy)
            .Select(source => jobs.IsSharded
                ? AccuracyRun.Run(source, AccuracyImagesOf(source, options), jobs, progress, cancellation)
                : CachedAccuracy.FindOrMeasure(results, source, options, () => AccuracyRun.Run(source, AccuracyImagesOf(source, options), progress, cancellation)))
            .OfType<NetworkAccuracy>(),
    ];

    /// <summary>Of files of the user there may be fewer than are taken by default.</summary>
    private static int AccuracyImagesOf(NetworkSource source, VerifyOptions options) =>
        source.Images is { } files && !options.Given.ContainsKey(nameof(VerifyOptions.AccuracyImages))
            ? Math.Min(options.AccuracyImages, files.Count / source.Network.Input.Shape.Batch * source.Network.Input.Shape.Batch)
            : options.AccuracyImages;

    private static NetworkCycles[] PredictCycles(NetworkSource[] sources, VerifyOptions options, ResultCache? results, CancellationToken cancellation)
    {
        var report = new Lazy<CycleReport>(() => new CycleReport(CostCoefficients.Calibrated, PublishedCycles.OfThisBuild) { PlansFor = options.PlansFor, Programs = options.Programs });
        return [.. sources.Select(source => CachedCycles.FindOrPredict(results, source, options, () => NetworkCycles.Predict(source.Network, options.Banks, report.Value, cancellation)))];
    }

    /// <summary>Loads the networks, and drops the float forms, four times as large as the quantized ones, where nobody wants them.</summary>
    /// <remarks>A network whose name an earlier one has gets its file beside the name, so that reports tell them apart.</remarks>
    internal static NetworkSource[] LoadAll(VerifyOptions options, bool withFloatForms, ResultCache? results = null)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            return
            [
                .. from given in options.Networks
                   let source = NetworkSource.Load(given, options, results)
                   let network = names.Add(source.Network.Name) ? source.Network : source.Network.WithName($"{source.Network.Name} ({given})")
                   select source with { Network = network, Model = withFloatForms ? source.Model : null },
            ];
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or OverflowException)
        {
            throw new UserInputException(
                $"input {options.InputHeight}x{options.InputWidth} with batch {options.Batch} is not possible: {exception.Message.Split(" (Parameter", StringSplitOptions.None)[0].ReplaceLineEndings(" ")}",
                exception);
        }
    }
}
