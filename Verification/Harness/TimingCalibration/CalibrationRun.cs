using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Verification.Files;

namespace TileProof.Verification.TimingCalibration;

/// <summary><c>tileproof calibrate</c>: fits the timing model to the published cycles and writes the coefficients and the evidence.</summary>
public static class CalibrationRun
{
    /// <summary>What the coefficients file says about its data.</summary>
    public const string Source =
        "tileproof calibrate, from Fixtures/published/iss_cycles_*.csv: logs of pull requests 17248 and 19111 of pytorch/executorch";

    /// <summary>Fits with other weights of layers and runs.</summary>
    public const int ReplicateCount = 60;

    private const ulong ReplicateSeed = 21;

    /// <summary>Runs the command.</summary>
    /// <param name="options">Folders and files.</param>
    /// <param name="output">Receives the report.</param>
    /// <param name="cancellation">Stops between the fits.</param>
    /// <returns>An exit code of <see cref="ExitCode"/>.</returns>
    /// <exception cref="UserInputException">The published figures are missing or unreadable, or the file cannot be written.</exception>
    public static int Execute(CalibrateOptions options, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        if (!options.DryRun)
        {
            if (options.DocumentFile is { } table && !File.Exists(table))
            {
                throw new UserInputException($"the files of the next build are not here (there is no '{table}'): run this in the repository, name a file with --out, or give --dry-run");
            }

            AtomicFile.RequirePlace(options.CoefficientsFile);
            AtomicFile.RequirePlace(options.UncertaintyFile);
        }

        CalibrationResult result;
        try
        {
            result = Calibrate(ReadPublished(options.PublishedFolder), cancellation);
            if (!options.DryRun)
            {
                AtomicFile.WriteText(options.CoefficientsFile, result.Coefficients.ToJson(Source));
                AtomicFile.WriteText(options.UncertaintyFile, result.Uncertainty.ToJson(Source));
                if (options.DocumentFile is { } document)
                {
                    AtomicFile.WriteText(document, CalibrationTable.WithTable(File.ReadAllText(document), result));
                }
            }
        }
        catch (FileNotFoundException exception)
        {
            throw new UserInputException($"'{Path.GetDirectoryName(exception.FileName)}' has no {Path.GetFileName(exception.FileName)}; name the folder of published cycles with --published", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new UserInputException(exception.Message, exception);
        }

        if (options.PrintsJson)
        {
            JsonTable.Write(output, CalibrationReport.JsonOf(result, options.DryRun ? null : options.CoefficientsFile));
            return ExitCode.Proven;
        }

        CalibrationReport.Write(result, output);
        output.WriteLine(options.DryRun ? "no file written" : $"wrote {options.CoefficientsFile} and {options.UncertaintyFile}{(options.DocumentFile is { } written ? $", and the table in {written}" : "")}");
        return ExitCode.Proven;
    }

    private static IReadOnlyList<CycleObservation> ReadPublished(string? folder) => folder is null ? PublishedCycles.OfThisBuild
        : Directory.Exists(folder) ? PublishedCycles.Read(folder)
        : throw new UserInputException($"there is no folder '{folder}' of published cycles; name another with --published, or leave it out for those of this build");

    /// <summary>Fits both stages, predicts what was left out, and says how uncertain predictions are.</summary>
    public static CalibrationResult Calibrate(IReadOnlyList<CycleObservation> observations, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(observations);
        CalibrationFit core = Calibrator.Fit(CalibrationStage.OfCore(observations));
        cancellation.ThrowIfCancellationRequested();
        CalibrationFit memoryModel = Calibrator.Fit(CalibrationStage.OfMemoryModel(observations, core));
        cancellation.ThrowIfCancellationRequested();
        var models = new CalibrationModels(core, memoryModel);
        HeldOutResult[] layers = [.. models.Layers.Select(layer => Leave(layer, o => o.LayerKey == layer, models.Refit((other, _) => other == layer ? 0 : 1)))];
        cancellation.ThrowIfCancellationRequested();
        HeldOutResult[] runs = [.. models.Runs.Select(run => Leave(run, o => o.Run == run, models.Refit((_, other) => other == run ? 0 : 1)))];
        cancellation.ThrowIfCancellationRequested();
        CostCoefficients[] replicates = [.. Enumerable.Range(0, ReplicateCount).Select(number => Replicate(models, number))];
        return new CalibrationResult(observations, core, memoryModel, layers, runs, replicates, models.ConditionNumbers);

        HeldOutResult Leave(string name, Func<CycleObservation, bool> isHeld, CostCoefficients without)
        {
            CycleObservation[] held = [.. observations.Where(o => isHeld(o) && IsCounted(o))];
            return new HeldOutResult(name, held, [.. held.Select(o => (ObservationModel.Predict(o, without) / (o.Cycles - (CalibrationResult.IsOfMemoryModel(o) ? memoryModel : core).PrintCycles(o))) - 1)]);
        }
    }

    /// <summary>Whether an error of a call says something of the machine: not where it prints once per tile without a memory model, which no fit counts.</summary>
    internal static bool IsCounted(CycleObservation observation) => observation.TilePrintCount == 0 || observation.Mode != MachineMode.Turbo;

    /// <summary>A fit with weights of a Bayesian bootstrap: exponential ones of the layers, times those of the runs.</summary>
    private static CostCoefficients Replicate(CalibrationModels models, int number)
    {
        CounterRandom random = CounterRandom.FromSeed(ReplicateSeed).Stream(number);
        Dictionary<string, double> layers = WeightsOf(models.Layers, random.Stream("layers"));
        Dictionary<string, double> runs = WeightsOf(models.Runs, random.Stream("runs"));
        return models.Refit((layer, run) => layers[layer] * runs[run]);
    }

    private static Dictionary<string, double> WeightsOf(IReadOnlyList<string> keys, CounterRandom random) =>
        keys.Index().ToDictionary(static key => key.Item, key => -Math.Log(1 - random.Uniform(key.Index)), StringComparer.Ordinal);
}
