using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TileProof.Verification.Files;
using TileProof.Verification.Html;
using TileProof.Verification.Options;

namespace TileProof.Verification.Differences;

/// <summary>Writes the differences of two runs in a <see cref="DifferenceFormat"/>.</summary>
public static class DifferenceReport
{
    private const int ListedRows = 20;
    private const int ListedRowsOfPage = 2000;

    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text.</summary>
    /// <param name="differences">What differs.</param>
    /// <param name="failures">Why the new run fails; empty when it does not.</param>
    /// <param name="format">How to write it.</param>
    public static string Write(RunDifferences differences, IReadOnlyList<string> failures, DifferenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentNullException.ThrowIfNull(failures);
        return format switch
        {
            DifferenceFormat.Text => Text(differences, failures),
            DifferenceFormat.Json => Json(differences, failures),
            DifferenceFormat.Markdown => Markdown(differences, failures),
            _ => Html(differences, failures),
        };
    }

    /// <summary>One line.</summary>
    private static string Headline(RunDifferences differences, IReadOnlyList<string> failures)
    {
        if (differences.IsEmpty)
        {
            return "no differences";
        }

        string[] parts =
        [
            .. differences.All.GroupBy(static difference => difference.Kind).Select(static group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} of {NameOf(group.Key)}")),
            .. differences.Calls.Count == 0 ? (string[])[] : [string.Create(CultureInfo.InvariantCulture, $"{differences.Calls.Count:N0} of cycles")],
        ];
        return $"{(failures.Count > 0 ? "FAILS" : "differs, nothing for the worse")}: differences {string.Join(", ", parts)}";
    }

    private static string NameOf(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Proven => "what is proven",
        DifferenceKind.Output => "output bytes",
        DifferenceKind.Coverage => "what ran",
        DifferenceKind.Plan => "plans",
        DifferenceKind.Hazard => "hazards",
        DifferenceKind.Clause => "the verdict",
        _ => ChoiceList.NameOf(kind),
    };

    private static string Text(RunDifferences differences, IReadOnlyList<string> failures)
    {
        var text = new StringBuilder();
        text.Append(Headline(differences, failures)).Append('\n');
        foreach (string failure in failures)
        {
            text.Append("fails: ").Append(failure).Append('\n');
        }

        foreach (string note in differences.Notes)
        {
            text.Append("note: ").Append(note).Append('\n');
        }

        foreach (DifferenceSection section in DifferenceSection.Of(differences))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{section.Title} ({section.Rows.Count})\n");
            IReadOnlyList<string>[] shown = [section.Header, .. section.Rows.Take(ListedRows)];
            int[] widths = [.. section.Header.Select((_, column) => shown.Max(row => row[column].Length))];
            foreach (IReadOnlyList<string> row in shown)
            {
                string line = string.Join("  ", row.Select((cell, column) => column < section.Numbers ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])));
                text.Append("  ").Append(line.TrimEnd()).Append('\n');
            }

            AppendRest(text, section, "  ");
        }

        return text.ToString();
    }

    private static string Markdown(RunDifferences differences, IReadOnlyList<string> failures)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"### TileProof: {Headline(differences, failures)}\n\n");
        foreach (string failure in failures)
        {
            text.Append(CultureInfo.InvariantCulture, $"* **fails**: {Escape(failure)}\n");
        }

        foreach (string note in differences.Notes)
        {
            text.Append(CultureInfo.InvariantCulture, $"* note: {Escape(note)}\n");
        }

        foreach (DifferenceSection section in DifferenceSection.Of(differences))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n<details{(section.Rows.Count <= ListedRows ? " open" : "")}><summary>{section.Title} ({section.Rows.Count})</summary>\n\n");
            var table = new MarkdownTable(text, section.Header.Select((heading, column) => column < section.Numbers ? heading : $"{heading}:"));
            foreach (IReadOnlyList<string> row in section.Rows.Take(ListedRows))
            {
                table.Row(row.Select(Escape));
            }

            AppendRest(text, section, "\n");
            text.Append("\n</details>\n");
        }

        return text.ToString();

        static string Escape(string cell) => cell.Replace("\\", @"\\", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal).Replace("*", @"\*", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal).ReplaceLineEndings(" ");
    }

    private static void AppendRest(StringBuilder text, DifferenceSection section, string indent)
    {
        if (section.Rows.Count > ListedRows)
        {
            text.Append(indent).Append(CultureInfo.InvariantCulture, $"and {section.Rows.Count - ListedRows} more; --format json has all\n");
        }
    }

    private static string Html(RunDifferences differences, IReadOnlyList<string> failures)
    {
        var page = new HtmlPage("TileProof differences");
        string sign = differences.IsEmpty ? "good" : failures.Count > 0 ? "bad" : "warn";
        page.Opening.Add($"<h1 class=\"{sign}\">{Headline(differences, failures)}</h1>\n<ul>\n");
        foreach (string line in failures.Select(static failure => $"fails: {failure}").Concat(differences.Notes.Select(static note => $"note: {note}")))
        {
            page.Opening.Add($"<li>{line}</li>\n");
        }

        page.Opening.Add($"</ul>\n");
        foreach ((int index, DifferenceSection section) in DifferenceSection.Of(differences).Index())
        {
            HtmlText html = page.AddSection(string.Create(CultureInfo.InvariantCulture, $"section-{index}"), section.Title);
            html.Add($"<div class=\"scroll\"><table class=\"sortable filterable\"><thead><tr>");
            foreach ((int column, string title) in section.Header.Index())
            {
                html.Add($"<th{(column < section.Numbers ? new HtmlText() : new HtmlText().Add($" class=\"n\""))}>{title}</th>");
            }

            html.Add($"</tr></thead><tbody>\n");
            foreach (IReadOnlyList<string> row in section.Rows.Take(ListedRowsOfPage))
            {
                html.Add($"<tr>");
                foreach ((int column, string cell) in row.Index())
                {
                    html.Add($"<td{(column < section.Numbers ? new HtmlText() : new HtmlText().Add($" class=\"n\" data-v=\"{cell.Replace(",", "", StringComparison.Ordinal).TrimEnd('%', ' ')}\""))}>{cell}</td>");
                }

                html.Add($"</tr>\n");
            }

            html.Add($"</tbody></table></div>\n");
            if (section.Rows.Count > ListedRowsOfPage)
            {
                html.Add($"<p class=\"note\">{section.Rows.Count - ListedRowsOfPage:N0} more; --format json has all.</p>\n");
            }
        }

        return page.ToString();
    }

    private static string Json(RunDifferences differences, IReadOnlyList<string> failures) => JsonSerializer.Serialize(
        new
        {
            IsEmpty = differences.IsEmpty,
            Fails = failures.Count > 0,
            Failures = failures,
            differences.Notes,
            Differences = differences.All.Select(static difference => new
            {
                Kind = ChoiceList.NameOf(difference.Kind), difference.Place, difference.Banks, difference.What, difference.Old, difference.New, difference.IsWorse,
            }),
            CyclesOfNetworks = differences.Networks.Select(Cycles),
            CyclesOfCalls = differences.Calls.Select(Cycles),
        },
        Form) + "\n";

    private static object Cycles(CycleDifference cycles) => new
    {
        cycles.Place, cycles.Bank, cycles.Mode, cycles.Old, cycles.New, cycles.Growth, GrowthPercent = double.IsFinite(cycles.GrowthPercent) ? cycles.GrowthPercent : (double?)null,
    };
}
