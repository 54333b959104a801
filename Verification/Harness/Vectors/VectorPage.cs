using TileProof.Verification.Html;
using TileProof.Verification.Options;

namespace TileProof.Verification.Vectors;

/// <summary>A run of recorded layers as a page: verdict, hazards and all comparisons.</summary>
internal static class VectorPage
{
    /// <summary>The text of the page.</summary>
    public static string Write(VectorOutcome outcome, VerifyOptions options)
    {
        var page = new HtmlPage("TileProof: recorded layers");
        WriteOpening(page.Opening, outcome, options);
        HazardSection.Write(page.AddSection("hazards", "Hazards"), HazardGroup.Of(outcome.Hazards), static _ => null);
        WriteRows(page.AddSection("layers", "Layers"), outcome);
        return page.ToString();
    }

    private static void WriteOpening(HtmlText html, VectorOutcome outcome, VerifyOptions options)
    {
        string[] layers = [.. outcome.Rows.Select(static row => row.Layer).Distinct(StringComparer.Ordinal)];
        html.Add($"<h1 class=\"{(outcome.IsProven ? "good" : "bad")}\"><span class=\"sign\" aria-hidden=\"true\">{(outcome.IsProven ? "\u2713" : "\u2717")}</span>{(outcome.IsProven ? "Proven" : "NOT proven")}: {Counted.Of(layers.Length, "recorded layers")}</h1>\n<p>{outcome.Verdict}.</p>\n<p>What the device produced against the simulated DSP with the {options.Programs.Name} programs, banks {string.Join(", ", options.Banks)}, and against the golden engines.</p>\n<h3>Differing bytes</h3><div class=\"scroll\"><table class=\"grid\"><thead><tr><th>layer</th>");
        string[] columns = [.. outcome.Rows.Select(ColumnOf).Distinct(StringComparer.Ordinal)];
        foreach (string column in columns)
        {
            html.Add($"<th>{column}</th>");
        }

        html.Add($"</tr></thead><tbody>\n");
        foreach (string layer in layers)
        {
            html.Add($"<tr><th scope=\"row\">{layer}</th>");
            foreach (string column in columns)
            {
                VectorRow[] rows = [.. outcome.Rows.Where(row => row.Layer == layer && ColumnOf(row) == column)];
                bool isProven = rows.All(static row => row.IsProven);
                html.Add($"<td class=\"{(rows.Length == 0 ? "warn" : isProven ? "good" : "bad")}\">{(rows.Length == 0 ? "not run" : isProven ? "\u2713 0" : rows.Any(static row => row.Fault.Length > 0) ? "\u2717 fault" : rows.All(static row => row.DifferingBytes == 0) ? "\u2717 hazards" : FormattableString.Invariant($"\u2717 {rows.Max(static row => row.DifferingBytes):N0}"))}</td>");
            }

            html.Add($"</tr>\n");
        }

        html.Add($"</tbody></table></div>\n");
    }

    private static string ColumnOf(VectorRow row) => row.Bank.Length == 0 ? row.Engine : $"DSP, banks {row.Bank}";

    private static void WriteRows(HtmlText html, VectorOutcome outcome)
    {
        html.Add($"<p>Every layer in every engine; the simulated DSP at every bank setting and landing policy.</p>\n<div class=\"scroll\"><table class=\"sortable filterable long\"><thead><tr><th data-filter>layer</th><th>layer key</th><th data-filter>engine</th><th data-filter>banks</th><th data-filter>landing</th><th data-filter>path</th><th>plan</th><th data-filter>result</th><th class=\"n\">bytes</th><th class=\"n\">differing</th><th class=\"n\">hazards</th><th>first mismatch</th><th>likely cause</th></tr></thead><tbody>\n");
        foreach (VectorRow row in outcome.Rows)
        {
            string result = row.IsProven ? "proven" : row.Fault.Length > 0 ? "fault" : row.DifferingBytes > 0 ? "differs" : "hazards";
            string mismatch = row.FirstMismatch.Length == 0 ? row.Fault : $"{row.FirstMismatch}: expected {row.Expected}, actual {row.Actual}";
            html.Add($"<tr class=\"{(row.IsProven ? "ok" : "failed")}\"><td>{row.Layer}</td><td>{row.ConfigKey}</td><td>{row.Engine}</td><td>{row.Bank}</td><td>{row.Landing}</td><td>{row.Mode}</td><td>{row.Plan}</td><td class=\"{(row.IsProven ? "good" : "bad")}\">{result}</td><td class=\"n\">{row.BytesCompared:N0}</td><td class=\"n\">{row.DifferingBytes:N0}</td><td class=\"n\">{row.Hazards}</td><td>{mismatch}</td><td>{row.LikelyCause}</td></tr>\n");
        }

        html.Add($"</tbody></table></div>\n");
    }
}
