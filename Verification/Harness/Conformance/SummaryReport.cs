using System.Globalization;
using System.Text;
using TileProof.HwModel.Planning;

namespace TileProof.Verification;

/// <summary>Writes <c>summary.md</c>, the report for people.</summary>
public static class SummaryReport
{
    private const int ListedFailures = 20;

    /// <summary>The text of the report.</summary>
    /// <param name="goldens">Every convolution of the run.</param>
    /// <param name="results">Every case, in the order of the matrix.</param>
    /// <param name="versions">Versions of the tool, the runtime and the golden engine.</param>
    /// <param name="settings">Settings that determine the result.</param>
    public static string Write(IReadOnlyList<GoldenConvolution> goldens, IReadOnlyList<CaseResult> results, string versions, string settings)
    {
        ArgumentNullException.ThrowIfNull(goldens);
        ArgumentNullException.ThrowIfNull(results);
        var text = new StringBuilder();
        text.Append("# TileProof conformance\n\n");
        text.Append(Verdict(goldens, results)).Append("\n\n");
        text.Append(versions).Append("  \n").Append(settings).Append("\n\n");
        AppendGoldenDisagreements(text, goldens);
        AppendBanks(text, results);
        AppendFailures(text, results);
        AppendLayers(text, goldens, results);
        return text.ToString();
    }

    /// <summary>One line: what was compared, and whether it is proven.</summary>
    public static string Verdict(IReadOnlyList<GoldenConvolution> goldens, IReadOnlyList<CaseResult> results)
    {
        ArgumentNullException.ThrowIfNull(goldens);
        ArgumentNullException.ThrowIfNull(results);
        int failures = results.Count(static result => !result.IsProven);
        int disagreements = goldens.Count(static golden => !golden.OracleDifference.IsEqual);
        long bytes = results.Sum(static result => (long)result.Difference.ComparedBytes);
        long mismatches = results.Sum(static result => (long)result.Difference.DifferingElements);
        string verdict = failures == 0 && disagreements == 0 ? "proven" : "NOT proven";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{verdict}: {results.Count} cases, {bytes:N0} bytes compared, {mismatches:N0} mismatches, {failures} failing cases, {disagreements} disagreements between goldens");
    }

    private static void AppendGoldenDisagreements(StringBuilder text, IReadOnlyList<GoldenConvolution> goldens)
    {
        foreach (GoldenConvolution golden in goldens.Where(static golden => !golden.OracleDifference.IsEqual))
        {
            Mismatch first = golden.OracleDifference.First!;
            text.Append(
                CultureInfo.InvariantCulture,
                $"* goldens disagree: {golden.Network} {golden.Call.Name} ({golden.Call.LayerKey}): {golden.OracleDifference.DifferingElements} elements, first at {first.Index}: ONNX Runtime {first.Expected}, scalar oracle {first.Actual}\n");
        }
    }

    private static void AppendBanks(StringBuilder text, IReadOnlyList<CaseResult> results)
    {
        text.Append("## Bank settings\n\n");
        text.Append("| network | banks | layers by DMA | layers by cache | cases | bytes compared | mismatches | faults |\n");
        text.Append("|---|---|---:|---:|---:|---:|---:|---:|\n");
        foreach (IGrouping<(string Network, BankSetting Bank), CaseResult> group in results.GroupBy(static result => (result.Case.Golden.Network, result.Case.Bank)))
        {
            int tiled = CountLayers(group, ExecutionMode.Dma);
            int cached = CountLayers(group, ExecutionMode.Cache);
            long bytes = group.Sum(static result => (long)result.Difference.ComparedBytes);
            long mismatches = group.Sum(static result => (long)result.Difference.DifferingElements);
            int faults = group.Count(static result => result.Fault is not null);
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {group.Key.Network} | {group.Key.Bank} | {tiled} | {cached} | {group.Count()} | {bytes:N0} | {mismatches:N0} | {faults} |\n");
        }

        text.Append('\n');
    }

    private static int CountLayers(IEnumerable<CaseResult> results, ExecutionMode mode) =>
        results.Where(result => result.Case.Plan.Mode == mode).Select(static result => result.Case.Golden.Call.Index).Distinct().Count();

    private static void AppendFailures(StringBuilder text, IReadOnlyList<CaseResult> results)
    {
        CaseResult[] failures = [.. results.Where(static result => !result.IsProven)];
        if (failures.Length == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"## Failing cases ({failures.Length})\n\n");
        foreach (CaseResult failure in failures.Take(ListedFailures))
        {
            text.Append("* ").Append(DescribeFailure(failure)).Append('\n');
        }

        if (failures.Length > ListedFailures)
        {
            text.Append(CultureInfo.InvariantCulture, $"* and {failures.Length - ListedFailures} more in conformance.csv\n");
        }

        text.Append('\n');
    }

    /// <summary>One line that says where a case fails and what may be the cause.</summary>
    public static string DescribeFailure(CaseResult failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        ConformanceRow row = ConformanceRow.Of(failure, "", "");
        string place = $"{row.Network} {row.Call} ({row.ConfigKey}), banks {row.Bank}, {row.Mode}, landing {row.Landing}";
        return failure.Fault is not null
            ? $"{place}: {failure.Fault}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{place}: {row.Mismatches} of {row.BytesCompared} differ, first at {row.FirstMismatch} in tile {row.Tile}: expected {row.Expected}, actual {row.Actual}; likely {row.LikelyCause}");
    }

    private static void AppendLayers(StringBuilder text, IReadOnlyList<GoldenConvolution> goldens, IReadOnlyList<CaseResult> results)
    {
        ILookup<GoldenConvolution, CaseResult> byLayer = results.ToLookup(static result => result.Case.Golden);
        text.Append("## Layers\n\n");
        text.Append("Generic is the vendor's float-accumulating kernel against the golden: elements equal / one / two / more levels apart.\n\n");
        text.Append("| network | call | key | accum shift | scale | out shift | saturated | cases | mismatches | generic |\n");
        text.Append("|---|---|---|---:|---:|---:|---:|---:|---:|---|\n");
        foreach (GoldenConvolution golden in goldens)
        {
            long mismatches = byLayer[golden].Sum(static result => (long)result.Difference.DifferingElements);
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {golden.Network} | {golden.Call.Name} | {golden.Call.LayerKey} | {golden.Requantization.AccumulatorShift} | {golden.Requantization.OutputScales[0]} | {golden.Requantization.OutputShift} | {SaturatedShare(golden):P1} | {byLayer[golden].Count()} | {mismatches} | {golden.GenericLevels} |\n");
        }
    }

    /// <summary>The share of outputs at -128 or 127.</summary>
    private static double SaturatedShare(GoldenConvolution golden)
    {
        int count = 0;
        foreach (sbyte level in golden.Expected.Int8)
        {
            count += level is sbyte.MinValue or sbyte.MaxValue ? 1 : 0;
        }

        return (double)count / golden.Expected.Shape.ElementCount;
    }
}
