using System.Globalization;
using System.Text;
using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;
using TileProof.Verification.Options;

namespace TileProof.Verification.DeviceLog;

/// <summary>A PERF_LOG line with the call that it stands for.</summary>
/// <param name="Line">The line.</param>
/// <param name="Call">The call; null where the network has none of this operator and size left.</param>
/// <param name="PredictedCycles">Its predicted cycles; null where there is no prediction.</param>
/// <param name="Plan">The plan that the log prints and that was priced; null for the published planner's.</param>
public sealed record MeasuredCall(PerformanceLine Line, OperatorCall? Call, long? PredictedCycles, Conv2dTilePlan? Plan)
{
    /// <summary>Calls that took this many times the predicted cycles are named.</summary>
    private const double NotableRatio = 1.25;

    /// <summary>Measured by predicted cycles; NaN where there is no prediction.</summary>
    public double Ratio => PredictedCycles is > 0 ? (double)Line.Cycles / PredictedCycles.Value : double.NaN;

    /// <summary>What the PERF_LOG line of a call counts: the elements of the output, but of a convolution those of the input.</summary>
    internal static int CountOf(OperatorCall call) => (call is Conv2dCall ? call.Input.Shape : call.Output.Shape).ElementCount;

    /// <summary>Prices the call of a line with the plan that the log prints for it.</summary>
    internal static MeasuredCall Of(PerformanceLine line, OperatorCall? call, Func<OperatorCall, Conv2dTilePlan?, long?> predictedCycles)
    {
        Conv2dTilePlan? plan = call is Conv2dCall convolution ? line.Prints?.PlanOf(convolution.Shape) : null;
        return new MeasuredCall(line, call, call is null ? null : predictedCycles(call, plan), plan);
    }

    /// <summary>The table of calls, the table of operators, and remarks on prints, plans and slow calls; empty where nothing was measured.</summary>
    internal static string Describe(IReadOnlyList<MeasuredCall> calls)
    {
        if (calls.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        Line($"{"call",-32}{"measured",14}{"predicted",14}{"ratio",8}");
        foreach (MeasuredCall one in calls)
        {
            Line($"{one.Call?.Name ?? one.Line.Operator,-32}{one.Line.Cycles,14}{FiguresOf(one.PredictedCycles, one.Ratio)}{(one.Line.Prints is null ? "" : "  prints")}");
        }

        foreach (IGrouping<OperatorKind, MeasuredCall> kind in calls.Where(static one => one.Call is not null).GroupBy(static one => one.Call!.Kind))
        {
            MeasuredCall[] predicted = [.. kind.Where(static one => one.PredictedCycles is not null)];
            string ratio = predicted.Length == 0 ? "" : string.Create(
                CultureInfo.InvariantCulture,
                $", {(double)predicted.Sum(static one => one.Line.Cycles) / predicted.Sum(static one => one.PredictedCycles!.Value):F2} times the predicted{(predicted.Length == kind.Count() ? "" : $" of {predicted.Length} of them")}");
            Line($"{NameOf(kind.Key),-12}: {kind.Sum(static one => one.Line.Cycles)} cycles in {Counted.Of(kind.Count(), "calls")}{ratio}");
        }

        MeasuredCall[] plans = [.. calls.Where(static one => one.Plan is not null)];
        if (plans.Length > 0)
        {
            Line($"plans       : {Counted.Of(plans.Length, "calls")} {(plans.Length == 1 ? "is" : "are")} priced with the plan that the log prints, {plans[0].Call!.Name} with {plans[0].Plan}");
        }

        MeasuredCall[] printing = [.. calls.Where(static one => one.Line.Prints is not null)];
        if (printing.Length > 0)
        {
            Line($"prints      : {printing.Length} of {Counted.Of(calls.Count, "calls")} {(printing.Length == 1 ? "prints" : "print")} inside the timed region, {printing.Sum(static one => one.Line.Prints!.LineCount)} lines, first line {printing[0].Line.Prints!.FirstLine}: their cycles hold the printing, which no prediction does");
        }

        MeasuredCall[] slow = [.. calls.Where(static one => one.Line.Prints is null && one.Ratio > NotableRatio)];
        if (slow.Length > 0)
        {
            MeasuredCall slowest = slow.MaxBy(static one => one.Ratio)!;
            Line($"slower      : {Counted.Of(slow.Length, "calls")} took more than {NotableRatio} times the predicted cycles, {slowest.Call!.Name} {slowest.Ratio:F2} times: another --banks or --mode, or prints inside the timed region that the log does not hold");
        }

        return text.ToString();
    }

    /// <summary>An operator as logs of the optimized library name it.</summary>
    internal static string NameOf(OperatorKind kind) => kind == OperatorKind.Conv2d ? "conv2d" : ChoiceList.NameOf(kind);

    private static string FiguresOf(long? predicted, double ratio) =>
        predicted is { } cycles ? string.Create(CultureInfo.InvariantCulture, $"{cycles,14}{ratio,8:F2}") : $"{"-",14}{"-",8}";
}
