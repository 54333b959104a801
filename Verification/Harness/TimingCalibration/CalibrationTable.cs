using System.Globalization;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;

namespace TileProof.Verification.TimingCalibration;

/// <summary>How good the fit is, machine mode by machine mode and operator by operator.</summary>
public static class CalibrationTable
{
    /// <summary>The table, one line a row.</summary>
    public static IEnumerable<string> Lines(CalibrationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        yield return $"{"mode and operator",-52} {"figures",7} {"layers",6} {"coeff.",6} | {"fitted: median",14} {"largest",8} {"total",8} | {"left out: median",16} {"largest",8} {"total",8} {"inside",7} {"+-",7}";
        CycleObservation[] counted = [.. result.Observations.Where(o => result.HeldOutError(o) is not null)];
        foreach (IGrouping<(MachineMode Mode, bool UsesDma, OperatorKind Kind), CycleObservation> group in counted.GroupBy(static o => (o.Mode, o.UsesDma, o.Kind))
            .OrderBy(static group => group.Key.Mode).ThenBy(static group => !group.Key.UsesDma).ThenBy(static group => group.Key.Kind))
        {
            yield return Row($"{group.Key.Mode}, {(group.Key.UsesDma ? "DMA" : "cache path")}, {group.Key.Kind}", [.. group], result);
        }

        yield return Row("all", counted, result);
    }

    /// <summary>The first and the last line of the table in a document; what is between them is written by <c>tileproof calibrate</c>.</summary>
    public const string DocumentBegin = "<!-- table of tileproof calibrate -->";

    /// <inheritdoc cref="DocumentBegin"/>
    public const string DocumentEnd = "<!-- end of the table -->";

    /// <summary>The document with the table of this fit.</summary>
    /// <exception cref="FormatException">It has no place for the table.</exception>
    public static string WithTable(string document, CalibrationResult result)
    {
        ArgumentNullException.ThrowIfNull(document);
        int begin = document.IndexOf(DocumentBegin, StringComparison.Ordinal);
        int end = document.IndexOf(DocumentEnd, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? document[..(begin + DocumentBegin.Length)] + "\n\n```\n" + string.Join('\n', Lines(result).Select(static line => line.TrimEnd())) + "\n```\n\n" + document[end..]
            : throw new FormatException($"the document has no '{DocumentBegin}' before '{DocumentEnd}'");
    }

    private static string Row(string name, CycleObservation[] calls, CalibrationResult result)
    {
        ErrorStatistics fitted = ErrorStatistics.Of(calls.Select(o => result.FitOf(o).NetError(o)));
        ErrorStatistics heldOut = ErrorStatistics.Of(calls.Select(o => result.HeldOutError(o)!.Value));
        double published = calls.Sum(result.NetCycles);
        double heldOutTotal = (calls.Sum(o => result.NetCycles(o) * (1 + result.HeldOutError(o)!.Value)) / published) - 1;
        double covered = (double)calls.Count(result.IsCovered) / calls.Length;
        double[] widths = [.. calls.Select(result.HeldOutHalfWidth).Order()];
        double halfWidth = widths[widths.Length / 2];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-52} {calls.Length,7} {calls.DistinctBy(static o => o.LayerKey).Count(),6} {CoefficientsOf(calls, result),6} | {fitted.Median,14:P2} {fitted.Maximum,8:P2} {result.TotalError(calls),8:P2} | {heldOut.Median,16:P2} {heldOut.Maximum,8:P2} {heldOutTotal,8:P2} {covered,7:P0} {halfWidth,7:P1}");
    }

    /// <summary>Coefficients of the machine that the cycles of the calls depend on.</summary>
    private static int CoefficientsOf(CycleObservation[] calls, CalibrationResult result)
    {
        var used = new bool[TermCounts.Length];
        foreach (CycleObservation call in calls.DistinctBy(static o => o.StructureKey))
        {
            ReadOnlySpan<double> counts = ObservationModel.Play(call, result.Coefficients, countTerms: true).Counts!.Values;
            for (int i = 0; i < used.Length; i++)
            {
                used[i] |= counts[i] > 0;
            }
        }

        return used.Count(static one => one);
    }
}
