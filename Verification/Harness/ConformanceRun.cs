using TileProof.Golden.OnnxRuntime;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Kernels;
using TileProof.Operators;
using TileProof.Verification.Caching;
using TileProof.Verification.Cycles;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Verification;

/// <summary>The conformance run: every case of the matrix, compared bit for bit.</summary>
public static class ConformanceRun
{
    private const int PrintedFailures = 5;

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
        options = options.WithPlansLoaded();
        if (options.ListOnly)
        {
            CallSelection.List([.. LoadAll(options, withFloatForms: false).Select(static source => source.Network)], options, output);
            return ExitCode.Proven;
        }

        ReportFolder folder = ReportFolder.Open(options.OutputFolder);
        bool proven = true;
        if (options.VectorsFolder is not null)
        {
            proven &= VectorRun.Execute(options, options.VectorsFolder, folder, progress, output, cancellation);
        }

        if (options.Networks.Count > 0)
        {
            proven &= RunNetworks(options, folder, progress, output, cancellation);
        }

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
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        HashSet<OperatorCall> selected = [.. CallSelection.Select(sources.Select(static source => source.Network), options)];
        var goldens = new List<GoldenCall>();
        var cases = new List<CaseResult>();
        var endToEnd = new List<EndToEndResult>();
        foreach (NetworkSource source in sources)
        {
            progress.Say($"{source.Network.Name}: golden results of {source.Network.Calls.Count} calls");
            Tensor image = source.FirstImage;
            var cache = NetworkCache.Open(results, source, image, engines, options);
            IReadOnlyList<GoldenCall> all = cache?.Goldens(ComputeGoldens) ?? ComputeGoldens();
            GoldenCall[] wanted = [.. all.Where(golden => selected.Contains(golden.Call))];
            goldens.AddRange(wanted);
            int before = cases.Count;
            cases.AddRange(RunCases(CaseMatrix.Build(wanted, options), cache, options, progress, cancellation));
            if (wanted.Length > 0 && cases.Count == before)
            {
                throw new UserInputException($"no case of {source.Network.Name} matches --banks, --modes and --layers; see --list");
            }

            if (options.Layers.Count == 0 && options.Modes.Count == Enum.GetValues<ExecutionMode>().Length)
            {
                endToEnd.AddRange(RunEndToEnd(source.Network, image, all, cache, options, progress, cancellation));
            }

            cache?.Save();

            IReadOnlyList<GoldenCall> ComputeGoldens() => NetworkGolden.Compute(source.Network, image, engines, options, cancellation);
        }

        return new ConformanceOutcome(goldens, cases, endToEnd)
        {
            SkippedCalls = sources.Sum(static source => source.Network.Calls.Count) - CallsCovered(goldens, cases),
            Adversarial = RunAdversarial(goldens, options, progress, cancellation),
        };
    }

    /// <summary>Calls with a case, and those that have none at any setting because ONNX Runtime computes them.</summary>
    private static int CallsCovered(List<GoldenCall> goldens, List<CaseResult> cases)
    {
        HashSet<GoldenCall> withCase = [.. cases.Select(static result => result.Case.Golden)];
        return goldens.Count(golden => golden.Call is OnnxFallbackCall || withCase.Contains(golden));
    }

    private static bool RunNetworks(
        VerifyOptions options, ReportFolder folder, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        using GoldenEngines engines = GoldenEngines.Open(options.Device);
        bool wantsAccuracy = options.AccuracyImages > 0 && options.Layers.Count == 0;
        var results = ResultCache.Open(options.CacheFolder, progress);
        NetworkSource[] sources = LoadAll(options, wantsAccuracy, results);
        CallSelection.Select(sources.Select(static source => source.Network), options);
        if (options.Plans is { } plans)
        {
            Conv2dCall[] convolutions = [.. sources.SelectMany(static source => source.Network.Convolutions)];
            plans.RequireRoomFor(convolutions);
            output.WriteLine(plans.DescribeUse(convolutions, options.Banks));
        }

        // The native library takes a while to load, and nothing needs the predictions before the reports; both fill the gaps that the cases
        // leave. Neither starts before the input is accepted, and both have ended when this method does.
        using var libraryVersion = new BackgroundResult<string>(static _ => OnnxRuntimeSession.LibraryVersion, cancellation);
        using var predictions = new BackgroundResult<NetworkCycles[]>(token => PredictCycles(sources, options, token), cancellation);
        ConformanceOutcome outcome = Run(sources, engines, options, results, progress, cancellation);
        NetworkAccuracy[] accuracies = wantsAccuracy ? [.. sources.Where(static source => source.HasAccuracy).Select(MeasureAccuracy)] : [];
        string versions = VersionInfo.OfThisProcess(libraryVersion.Value).ToString();
        string settings = $"{options.Settings}; {engines.Description}; gpu: {DeviceCatalog.GpuUnavailable ?? engines.DataParallel.Device.ToString()}";
        NetworkCycles[] cycles = predictions.Value;
        HashSet<(string, int)> selected = [.. outcome.Goldens.Select(static golden => (golden.Network, golden.Call.Index))];
        List<Action> tables =
        [
            () => folder.WriteCsv("conformance.csv", outcome.Cases.Select(result => ConformanceRow.Of(result, versions, settings))),
            () => folder.WriteCsv("cycles.csv", cycles.SelectMany(static network => network.Rows).Where(row => selected.Contains((row.Network, row.CallIndex)))),
            () => HazardReport.WriteCsv(folder.PathOf("hazards.csv"), outcome.FoundHazards),
            () => folder.WriteCsv("end_to_end.csv", outcome.EndToEnd.Select(result => EndToEndRow.Of(result, versions, settings))),
        ];
        if (options.AdversarialSchedules > 0)
        {
            tables.Add(() => folder.WriteCsv("adversarial.csv", outcome.Adversarial));
        }

        if (accuracies.Length > 0)
        {
            tables.Add(() => folder.WriteCsv("accuracy.csv", accuracies.SelectMany(static accuracy => accuracy.Rows)));
        }

        Workers.ForEach(tables.Count, static _ => 0, index => tables[index](), cancellation);
        Verdict verdict = outcome.Verdict;
        string summary = SummaryReport.Write(outcome, verdict, versions, settings)
            + (options.Layers.Count == 0 ? NetworkCycles.Describe(cycles) : "")
            + (accuracies.Length > 0 ? NetworkAccuracy.Describe(accuracies) : "");
        folder.WriteText("summary.md", summary);
        foreach (CaseResult failure in outcome.Cases.Where(static result => !result.IsProven).Take(PrintedFailures))
        {
            output.WriteLine(SummaryReport.DescribeFailure(failure));
        }

        foreach (EndToEndResult failure in outcome.EndToEnd.Where(static result => !result.IsProven).Take(PrintedFailures))
        {
            output.WriteLine(SummaryReport.DescribeFailure(failure));
        }

        output.WriteLine(verdict.Line);
        output.WriteLine($"reports: {folder.PathOf("summary.md")}");
        return verdict.IsProven;

        NetworkAccuracy MeasureAccuracy(NetworkSource source) => CachedAccuracy.FindOrMeasure(
            results,
            source,
            options.AccuracyImages,
            () => AccuracyRun.Run(source, options.AccuracyImages, progress, cancellation));
    }

    private static NetworkCycles[] PredictCycles(NetworkSource[] sources, VerifyOptions options, CancellationToken cancellation)
    {
        var report = new CycleReport(CostCoefficients.Calibrated, PublishedCycles.OfThisBuild) { PlansFor = options.PlansFor };
        return [.. sources.Select(source => NetworkCycles.Predict(source.Network, options.Banks, report, cancellation))];
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

    private static IEnumerable<CaseResult> RunCases(
        IReadOnlyList<ConformanceCase> cases, NetworkCache? cache, VerifyOptions options, IProgressReporter progress, CancellationToken cancellation)
    {
        var results = new CaseResult[cases.Count];
        using IProgressActivity activity = progress.Begin("cases", cases.Count);
        Workers.ForEach(
            cases.Count,
            index => CostOf(cases[index].Golden.Call),
            index =>
            {
                ConformanceCase one = cases[index];
                results[index] = cache?.Case(one, Simulate) ?? Simulate();
                activity.Advance();

                CaseResult Simulate() => CaseResult.Run(one, options.LandingSeed);
            },
            cancellation,
            options.ThreadCount);
        return results.Where(result => result.Execution is null || options.Modes.Contains(CaseMatrix.ModeOf(result.Execution.Path)));
    }

    private static AdversarialRow[] RunAdversarial(
        List<GoldenCall> goldens, VerifyOptions options, IProgressReporter progress, CancellationToken cancellation)
    {
        if (options.AdversarialSchedules == 0)
        {
            return [];
        }

        (GoldenCall Golden, BankSetting Bank)[] runs = [.. from golden in goldens from bank in options.Banks where golden.Call is not OnnxFallbackCall select (golden, bank)];
        var rows = new AdversarialRow[runs.Length];
        using IProgressActivity activity = progress.Begin($"{options.AdversarialSchedules} adversarial schedules each", runs.Length);
        Workers.ForEach(
            runs.Length,
            index => CostOf(runs[index].Golden.Call),
            index =>
            {
                rows[index] = AdversarialRow.Run(runs[index].Golden, runs[index].Bank, options);
                activity.Advance();
            },
            cancellation,
            options.ThreadCount);
        return rows;
    }

    /// <summary>Products, and bytes for the calls that have none.</summary>
    private static long CostOf(OperatorCall call) => call.MultiplyAccumulates + call.Output.LengthBytes;

    private static EndToEndResult[] RunEndToEnd(
        Network network, Tensor image, IReadOnlyList<GoldenCall> goldens, NetworkCache? cache, VerifyOptions options, IProgressReporter progress, CancellationToken cancellation)
    {
        (BankSetting Bank, LandingKind Landing)[] runs = [.. from bank in options.Banks from landing in options.Landings select (bank, landing)];
        var results = new EndToEndResult[runs.Length];
        using IProgressActivity activity = progress.Begin("end to end", runs.Length);
        Workers.ForEach(
            runs.Length,
            static _ => 1,
            index =>
            {
                (BankSetting bank, LandingKind landing) = runs[index];
                results[index] = cache?.EndToEnd(bank, landing, Simulate) ?? Simulate();
                activity.Advance();

                EndToEndResult Simulate() => EndToEndResult.Run(network, image, goldens, bank, landing, options);
            },
            cancellation,
            options.ThreadCount);
        return results;
    }
}
