using System.Globalization;
using System.Text.Json.Nodes;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;
using TileProof.Verification.Files;
using TileProof.Verification.Options;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Verification.OwnCalibration;

/// <summary>The text that <c>tileproof calibrate --logs</c> prints.</summary>
public static class OwnCalibrationReport
{
    /// <summary>Writes coefficients with intervals, those that the logs do not tell, the residual of every call, and errors by operator.</summary>
    public static void Write(OwnFit fit, MeasuredCalls measured, OwnCalibrationOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        IReadOnlyList<CycleObservation> calls = measured.Observations;
        CalibrationFit costs = fit.Fit;
        Line(output, $"{options.Name}: machine {options.Machine}, mode {ChoiceList.NameOf(options.Mode)}, {calls.Count} calls of {options.Logs.Count} logs, {calls.Select(static o => o.StructureKey).Distinct(StringComparer.Ordinal).Count()} different");
        if (measured.PrintingCount + measured.UnpricedCount > 0)
        {
            Line(output, $"left out: {measured.PrintingCount} calls that print inside their timed region, {measured.UnpricedCount} that the model has no price of");
        }

        Line(output, $"coefficients that the logs tell: {costs.Parameters.Count}, with 95 % intervals, and the published ones");
        for (int index = 0; index < costs.Parameters.Count; index++)
        {
            Parameter parameter = costs.Parameters[index];
            string unit = parameter.Core is { } core ? TermCatalog.Of(core).Unit : TermCatalog.Of(parameter.Memory!.Value).Unit;
            string interval = string.Create(CultureInfo.InvariantCulture, $"+-{fit.Uncertainty.HalfWidthOf(parameter.ValueIn):G3}");
            Line(output, $"  {parameter.Name,-40} {costs.Values[index],12:G6} {interval,-13} {parameter.ValueIn(fit.Published),12:G6} {unit}");
        }

        Line(output, $"not determined, in no call: {ListOf(fit.Unseen)}");
        Line(output, $"not determined, not told from others by these calls: {ListOf(fit.Untold)}");
        output.WriteLine("coefficients that are not determined keep the published values");
        output.WriteLine("measured and modelled cycles of every call");
        foreach (CycleObservation call in calls)
        {
            Line(output, $"  {call.Run} {call.Own!.CallName,-32} {call.Own.Bank,-8} {call.Cycles,12} {costs.PredictMachine(call),14:F0} {costs.RelativeError(call),9:P2}");
        }

        output.WriteLine("errors by operator: calls, median and largest of the fit; calls, median and largest where the layer was left out");
        foreach (IGrouping<OperatorKind, CycleObservation> kind in calls.GroupBy(static o => o.Kind))
        {
            ErrorStatistics fitted = ErrorStatistics.Of(kind.Select(costs.RelativeError));
            CycleObservation[] held = [.. kind.Where(fit.HeldOutErrors.ContainsKey)];
            string leftOut = held.Length == 0 ? "  no layer without which the others tell its costs" : Of(ErrorStatistics.Of(held.Select(o => fit.HeldOutErrors[o])));
            Line(output, $"  {ChoiceList.NameOf(kind.Key),-28}{Of(fitted)}{leftOut}");
        }

        static string Of(ErrorStatistics errors) => string.Create(CultureInfo.InvariantCulture, $" {errors.Count,5} {errors.Median,8:P2} {errors.Maximum,8:P2}");
    }

    /// <summary>The same for machines.</summary>
    public static JsonObject JsonOf(OwnFit fit, MeasuredCalls measured, OwnCalibrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(options);
        return new JsonObject
        {
            ["file"] = options.OutputFile,
            ["machine_mode"] = ChoiceList.NameOf(options.Mode),
            ["coefficients"] = JsonTable.Of(fit.Fit.Parameters.Zip(
                fit.Fit.Values,
                (parameter, value) => new { parameter.Name, Value = value, HalfWidth = fit.Uncertainty.HalfWidthOf(parameter.ValueIn), Published = parameter.ValueIn(fit.Published) })),
            ["in_no_call"] = new JsonArray([.. fit.Unseen.Select(static name => (JsonNode)name)]),
            ["not_told_from_others"] = new JsonArray([.. fit.Untold.Select(static name => (JsonNode)name)]),
            ["left_out_printing"] = measured.PrintingCount,
            ["left_out_unpriced"] = measured.UnpricedCount,
            ["calls"] = JsonTable.Of(measured.Observations.Select(call => new
            {
                Log = call.Run,
                Call = call.Own!.CallName,
                call.Own.Bank,
                MeasuredCycles = call.Cycles,
                ModelledCycles = fit.Fit.PredictMachine(call),
                RelativeError = fit.Fit.RelativeError(call),
                LeftOutError = fit.HeldOutErrors.TryGetValue(call, out double error) ? error : (double?)null,
            })),
        };
    }

    private static string ListOf(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
