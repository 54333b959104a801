using System.Globalization;
using System.Text;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Originals;

/// <summary>What people read of <see cref="OriginalResult"/>.</summary>
public static class OriginalReport
{
    private const int ListedRows = 12;

    /// <summary>The section of <c>summary.md</c>; empty when no network came from an ONNX file.</summary>
    public static string Write(IReadOnlyList<OriginalResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var text = new StringBuilder();
        foreach (OriginalResult result in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## Against the original file: {result.Network}\n\n");
            text.Append("The file as it is in ONNX Runtime, without graph optimization. All values: `original.csv`.\n\n");
            if (result.Refusal is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"Not compared, because ONNX Runtime does not run the file: {result.Refusal}\n");
                continue;
            }

            if (result.Unlike > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"The import does not agree with the file: {DescribeFirst(result)}\n\n");
            }

            var table = new MarkdownTable(text, "compared with the file", "values:", "elements:", "equal:", "one:", "two:", "more:", "largest:", "in");
            foreach (IGrouping<(string Comparison, string Unit), OriginalRow> group in result.Rows.GroupBy(static row => (row.Comparison, row.Unit)))
            {
                AppendRow(table, $"{group.Key.Comparison}, {group.Key.Unit}s", group.Count(), [.. group], group.MaxBy(static row => row.Largest)!.Call);
            }

            AppendFurthest(text, result);
            text.Append(CultureInfo.InvariantCulture, $"\n{DescribeDefaultMode(result)}\n");
        }

        return text.ToString();
    }

    /// <summary>A phrase of the verdict line: how far the output of the DSP is from the file; null where that is not known.</summary>
    public static string? Distance(OriginalResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        OriginalRow? output = result.Of(OriginalComparison.Dsp).LastOrDefault(static row => row.Unit == ChoiceList.NameOf(ValueUnit.Level));
        return output is null
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Network} {output.Call} is {output.Equal}/{output.One}/{output.Two}/{output.More} elements equal/1/2/more levels from the original file, largest {output.Largest:0.#}");
    }

    /// <summary>A phrase of the verdict line for every value whose levels the import chose.</summary>
    public static IEnumerable<string> ChosenLevels(OriginalResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.ChosenLevels.Select(pair => $"{result.Network} leaves '{pair.Key}' in real numbers: its levels, {pair.Value}, span the file's own values over seeded inputs");
    }

    /// <summary>One line: the first value that is unlike the file, or why the file could not be compared.</summary>
    public static string DescribeFirst(OriginalResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Rows.FirstOrDefault(static row => !row.IsKept) is { } row
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Network} {row.Call} ({row.Operator}), value '{row.Value}': {row.Equal}/{row.One}/{row.Two}/{row.More} elements equal/1/2/more {row.Unit}s from the original file, furthest at {row.Furthest}; allowed {row.Bound}; likely this operator, its attributes or its constants are read wrongly")
            : $"{result.Network} is of another form than its file: {result.Failure}";
    }

    private static void AppendFurthest(StringBuilder text, OriginalResult result)
    {
        OriginalRow[] apart = [.. result.Of(OriginalComparison.Dsp).Where(static row => row.Unit == ChoiceList.NameOf(ValueUnit.Level))];
        if (apart.Length == 0)
        {
            return;
        }

        text.Append("\nThe simulated DSP, from call to call, in levels; the calls that are furthest, and the last:\n\n");
        var table = new MarkdownTable(text, "call", "values:", "elements:", "equal:", "one:", "two:", "more:", "largest:", "in");
        HashSet<OriginalRow> listed = [.. apart.OrderByDescending(static row => row.Largest).Take(ListedRows), apart[^1]];
        foreach (OriginalRow row in apart.Where(listed.Contains))
        {
            AppendRow(table, row.Call, 1, [row], row.Furthest);
        }
    }

    private static void AppendRow(MarkdownTable table, string title, int values, OriginalRow[] rows, string place) =>
        table.Row($"{title} | {values} | {rows.Sum(static row => row.Equal + row.One + row.Two + row.More):N0} | {rows.Sum(static row => row.Equal):N0} | {rows.Sum(static row => row.One):N0} | {rows.Sum(static row => row.Two):N0} | {rows.Sum(static row => row.More):N0} | {rows.Max(static row => row.Largest):0.##} | {place}");

    private static string DescribeDefaultMode(OriginalResult result)
    {
        OriginalRow[] rows = [.. result.Of(OriginalComparison.DefaultMode)];
        if (rows.Length == 0)
        {
            return "ONNX Runtime's default mode was not compared.";
        }

        long differing = rows.Sum(static row => row.One + row.Two + row.More);
        return differing == 0
            ? "ONNX Runtime's default mode gives the same values on this host: no 8-bit product saturates here."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"ONNX Runtime's default mode (without session.x64quantprecision=1) saturates on this host: {differing:N0} elements of {rows.Length} values differ from the exact mode, at most {rows.Max(static row => row.Largest):0.##} {rows.MaxBy(static row => row.Largest)!.Unit}s, first in {rows.First(static row => row.One + row.Two + row.More > 0).Call}.");
    }
}
