using MathNet.Numerics.LinearAlgebra;
using TileProof.HwModel.Timing;
using TileProof.Verification.Files;

namespace TileProof.Verification.TimingCalibration;

/// <summary><c>tileproof calibrate</c>: fits the timing model to the published cycles and writes the coefficients and the evidence.</summary>
public static class CalibrationRun
{
    /// <summary>What the coefficients file says about its data.</summary>
    public const string Source =
        "tileproof calibrate, from Fixtures/published/iss_cycles_*.csv: logs of pull requests 17248 and 19111 of pytorch/executorch";

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
        CalibrationResult result;
        try
        {
            result = Calibrate(PublishedCycles.Read(options.PublishedFolder), cancellation);
            if (!options.DryRun)
            {
                AtomicFile.WriteText(options.CoefficientsFile, result.Coefficients.ToJson(Source));
            }
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
        output.WriteLine(options.DryRun ? "no file written" : $"wrote {options.CoefficientsFile}");
        return ExitCode.Proven;
    }

    /// <summary>Fits both stages and predicts what was left out.</summary>
    public static CalibrationResult Calibrate(IReadOnlyList<CycleObservation> observations, CancellationToken cancellation = default)
    {
        CalibrationFit core = Calibrator.Fit(CalibrationStage.OfCore(observations));
        cancellation.ThrowIfCancellationRequested();
        CalibrationFit memoryModel = Calibrator.Fit(CalibrationStage.OfMemoryModel(observations, core.Coefficients));
        cancellation.ThrowIfCancellationRequested();
        HeldOutResult[] layers = [.. LeaveLayersOut(core)];
        cancellation.ThrowIfCancellationRequested();
        HeldOutResult[] networks = [.. observations.Where(static o => o.Mode == MachineMode.Release).Select(static o => o.Network).Distinct().Select(network => LeaveNetworkOut(observations, network))];
        return new CalibrationResult(observations, core, memoryModel, layers, networks);
    }

    private static IEnumerable<HeldOutResult> LeaveLayersOut(CalibrationFit fit)
    {
        IReadOnlyList<CycleObservation> all = fit.Stage.Observations;
        LinearizedModel model = LinearizedModel.At(fit.Stage, Vector<double>.Build.DenseOfEnumerable(fit.Values));
        var layers = Enumerable.Range(0, all.Count)
            .Where(row => all[row].Mode == MachineMode.Release && all[row].Plan is not null)
            .GroupBy(row => all[row].Plan!.Shape.ConfigKey, StringComparer.Ordinal);
        foreach (IGrouping<string, int> layer in layers)
        {
            HashSet<int> rows = [.. layer];
            var without = new CalibrationFit(fit.Stage, model.SolveWithout(rows));
            CycleObservation[] held = [.. rows.Select(row => all[row])];
            yield return new HeldOutResult(layer.Key, held, [.. held.Select(without.RelativeError)]);
        }
    }

    private static HeldOutResult LeaveNetworkOut(IReadOnlyList<CycleObservation> observations, string network)
    {
        bool IsHeldOut(CycleObservation o) => o.Mode == MachineMode.Release && o.Network == network;
        CalibrationFit fit = Calibrator.Fit(CalibrationStage.OfCore([.. observations.Where(o => !IsHeldOut(o))]));
        CycleObservation[] held = [.. observations.Where(o => IsHeldOut(o) && o.Plan is not null)];
        return new HeldOutResult(network, held, [.. held.Select(fit.RelativeError)]);
    }
}
