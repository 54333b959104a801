using System.Globalization;
using System.Text.Json.Nodes;
using TileProof.HwModel.Timing;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.TimingCalibration;

/// <summary>The text that <c>tileproof calibrate</c> prints.</summary>
public static class CalibrationReport
{
    /// <summary>Writes coefficients, residuals of every layer, and errors of what the fits had not seen.</summary>
    public static void Write(CalibrationResult result, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(output);
        WriteCoefficients("core and print-free runs", result.Core, result, result.ConditionNumbers.Core, output);
        WriteCoefficients("memory model and cache path", result.MemoryModel, result, result.ConditionNumbers.MemoryModel, output);
        WriteResiduals("print-free runs", result.Observations.Where(static o => o.Mode == MachineMode.Release), result, output);
        WriteResiduals(
            "convolutions of the runs with a memory model and on the cache path, prints included",
            result.Observations.Where(static o => CalibrationResult.IsOfMemoryModel(o) && o.Plan is not null),
            result,
            output);
        WriteRuns(result, output);
        WriteSweep(result, output);
        WriteHeldOut("leave one layer out", result.LeaveOneLayerOut, output);
        WriteHeldOut("leave one run out", result.LeaveOneRunOut, output);
        output.WriteLine("quality of the fit, prints left out: errors of calls that it saw, and of calls whose layer was left out, with their 95 % intervals");
        foreach (string line in CalibrationTable.Lines(result))
        {
            output.WriteLine(line);
        }
    }

    /// <summary>The same for machines: coefficients, published and modelled cycles of every call, and errors of what the fits had not seen.</summary>
    /// <param name="result">The fit.</param>
    /// <param name="file">The file that was written; null for none.</param>
    public static JsonObject JsonOf(CalibrationResult result, string? file)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new JsonObject
        {
            ["file"] = file,
            ["coefficients"] = JsonTable.Of(new[] { result.Core, result.MemoryModel }.SelectMany(static fit => fit.Parameters.Zip(fit.Values, static (parameter, value) => new { parameter.Name, Value = value }))),
            ["calls"] = JsonTable.Of(result.Observations.Select(call => new
            {
                call.Network,
                call.Run,
                call.CallIndex,
                Operator = call.Kind.ToString(),
                LayerKey = call.Plan?.Shape.ConfigKey ?? "",
                MachineMode = ChoiceList.NameOf(call.Mode),
                call.BankBytes,
                PublishedCycles = call.Cycles,
                ModelledCycles = result.FitOf(call).Predict(call),
                RelativeError = result.FitOf(call).RelativeError(call),
            })),
            ["leave_one_layer_out"] = HeldOut(result.LeaveOneLayerOut),
            ["leave_one_run_out"] = HeldOut(result.LeaveOneRunOut),
        };

        static JsonNode HeldOut(IEnumerable<HeldOutResult> results) => JsonTable.Of(results.Select(static held =>
        {
            ErrorStatistics errors = ErrorStatistics.Of(held.RelativeErrors);
            return new { held.HeldOut, Calls = errors.Count, MedianError = errors.Median, LargestError = errors.Maximum };
        }));
    }

    private static void WriteCoefficients(string title, CalibrationFit fit, CalibrationResult result, double conditionNumber, TextWriter output)
    {
        Line(output, $"{title}: {fit.Parameters.Count} free coefficients, {fit.Stage.Observations.Count} calls ({fit.Stage.Observations.Select(static o => o.StructureKey).Distinct().Count()} different), condition number {conditionNumber:F0}; with 95 % intervals");
        for (int index = 0; index < fit.Parameters.Count; index++)
        {
            Parameter parameter = fit.Parameters[index];
            string unit = parameter switch
            {
                { Core: { } core } => TermCatalog.Of(core).Unit,
                { Memory: { } memory } => TermCatalog.Of(memory).Unit,
                { Instrument: InstrumentTerm.Call } => "cycles of prints per call",
                _ => "cycles of prints per tile",
            };
            Line(output, $"  {parameter.Name,-58} {fit.Values[index],12:G6} {IntervalOf(parameter, result),-13} {unit}");
        }
    }

    /// <summary>What the figures leave open of a coefficient: much of the rest of the fit may make up for it.</summary>
    private static string IntervalOf(Parameter parameter, CalibrationResult result) => parameter.Instrument is null
        ? string.Create(CultureInfo.InvariantCulture, $"+-{result.Uncertainty.HalfWidthOf(parameter.ValueIn):G3}")
        : "";

    private static void WriteResiduals(string title, IEnumerable<CycleObservation> calls, CalibrationResult result, TextWriter output)
    {
        Line(output, $"{title}: published and modelled cycles of every call, and how far the model is off beside what prints cost, which is fitted for each run: of all layers, and of the others");
        foreach (CycleObservation call in calls)
        {
            CalibrationFit fit = result.FitOf(call);
            string what = call.Plan is null ? $"{call.Kind} {call.ElementCount}" : $"conv {call.ConvolutionIndex} {call.Plan.Shape.ConfigKey} {call.Plan}";
            Line(output, $"  {call.Network} {call.CallIndex,3} {what,-72} {call.Cycles,9} {fit.Predict(call),11:F0} {fit.NetError(call),8:P2} {result.HeldOutError(call),8:P2}");
        }
    }

    private static void WriteRuns(CalibrationResult result, TextWriter output)
    {
        output.WriteLine("runs, prints left out: median and largest error of a call, error of the sum");
        foreach (IGrouping<string, CycleObservation> run in result.Observations.GroupBy(static o => o.Run))
        {
            foreach (IGrouping<bool, CycleObservation> part in run.Where(static o => o.TilePrintCount == 0 || o.Mode != MachineMode.Turbo).GroupBy(static o => o.Plan is not null))
            {
                ErrorStatistics errors = ErrorStatistics.Of(part.Select(o => result.FitOf(o).NetError(o)));
                Line(output, $"  {run.Key,-46} {(part.Key ? "convolutions" : "others"),-12} {errors.Count,3} calls {errors.Median,8:P2} {errors.Maximum,8:P2} {result.TotalError(part),8:P2}");
            }
        }
    }

    private static void WriteSweep(CalibrationResult result, TextWriter output)
    {
        output.WriteLine("bank sizes: error of the difference between two runs of the sweep, convolutions");
        for (int index = 1; index < PublishedCycles.SweepRuns.Count; index++)
        {
            string run = PublishedCycles.SweepRuns[index];
            string larger = PublishedCycles.SweepRuns[index - 1];
            Line(output, $"  {run} - {larger}: {result.SweepDifferenceError(run, larger):P2}");
        }
    }

    private static void WriteHeldOut(string title, IReadOnlyList<HeldOutResult> results, TextWriter output)
    {
        ErrorStatistics all = ErrorStatistics.Of(results.SelectMany(static held => held.RelativeErrors));
        Line(output, $"{title}: median {all.Median:P2}, largest {all.Maximum:P2}");
        foreach (HeldOutResult held in results)
        {
            ErrorStatistics errors = ErrorStatistics.Of(held.RelativeErrors);
            Line(output, $"  {held.HeldOut,-40} {errors.Count,3} calls {errors.Median,8:P2} {errors.Maximum,8:P2}");
        }
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
