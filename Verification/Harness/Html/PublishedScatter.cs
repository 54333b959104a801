using OxyPlot;
using TileProof.Verification.Cycles;

namespace TileProof.Verification.Html;

/// <summary>The section that holds predicted cycles against those that are published.</summary>
internal static class PublishedScatter
{
    private const double Tolerance = 0.1;

    /// <summary>Whether any call of the run has published cycles.</summary>
    public static bool HasAny(IReadOnlyList<NetworkCycles> networks) => networks.Any(static network => network.Rows.Any(static row => row.PublishedCycles is not null));

    /// <summary>Writes the section's content.</summary>
    public static void Write(HtmlText html, IReadOnlyList<NetworkCycles> networks, PagePlaces places)
    {
        html.Add($"<p>Every call whose cycles are published at these banks, without prints in the timed region. On the line the model is exact; bars are 95 % intervals; between the dashed lines it is within {100 * Tolerance:0} %. The costs were fitted to some of these figures: <code>tileproof calibrate</code> says which.</p>\n");
        CycleRow[] rows = [.. networks.SelectMany(static network => network.Rows).Where(static row => row is { PublishedCycles: > 0, PredictedCycles: > 0 })];
        var plot = new PlotPicture("published", PlotPicture.Logarithmic("published cycles"), PlotPicture.Logarithmic("predicted cycles"));
        (double least, double most) = (rows.Min(static row => row.PublishedCycles!.Value) / 2.0, rows.Max(static row => row.PublishedCycles!.Value) * 2.0);
        plot.AddLine(5, "predicted = published", [new DataPoint(least, least), new DataPoint(most, most)]);
        plot.AddLine(5, null, [new DataPoint(least, least * (1 + Tolerance)), new DataPoint(most, most * (1 + Tolerance))], dashed: true);
        plot.AddLine(5, null, [new DataPoint(least, least * (1 - Tolerance)), new DataPoint(most, most * (1 - Tolerance))], dashed: true);
        string[] modes = [.. rows.Select(static row => row.MachineMode).Distinct(StringComparer.Ordinal)];
        foreach ((int series, string mode) in modes.Index())
        {
            plot.AddLegend(series, mode);
        }

        foreach (CycleRow row in rows)
        {
            plot.AddLine(
                Array.IndexOf(modes, row.MachineMode),
                null,
                [new DataPoint(row.PublishedCycles!.Value, Math.Max(row.LowCycles, least)), new DataPoint(row.PublishedCycles.Value, Math.Min(row.HighCycles, most))]);
            plot.AddPoint(
                Array.IndexOf(modes, row.MachineMode),
                row.PublishedCycles!.Value,
                row.PredictedCycles,
                $"{row.Network} {row.CallIndex} {row.Call}, banks {row.Bank}, {row.MachineMode}: published {row.PublishedCycles:N0}, predicted {row.PredictedCycles:N0} ({100 * row.RelativeError:+0.00;-0.00} %), 95 % interval {row.LowCycles:N0} to {row.HighCycles:N0}",
                places.Row(row.Network, row.CallIndex, row.Bank));
        }

        html.Add($"<figure>{plot.Render("Predicted against published cycles")}</figure>\n<div class=\"scroll\"><table><thead><tr><th>network</th><th>mode</th><th>banks</th><th class=\"n\">calls</th><th class=\"n\">published</th><th class=\"n\">predicted</th><th class=\"n\">total off</th><th class=\"n\">median off</th><th class=\"n\">at most off</th></tr></thead><tbody>\n");
        foreach (IGrouping<(string Network, string MachineMode, string Bank), CycleRow> group in rows.GroupBy(static row => (row.Network, row.MachineMode, row.Bank)))
        {
            long published = group.Sum(static row => row.PublishedCycles!.Value);
            long predicted = group.Sum(static row => row.PredictedCycles);
            double[] errors = [.. group.Select(static row => Math.Abs(row.RelativeError ?? 0)).Order()];
            html.Add($"<tr><td>{group.Key.Network}</td><td>{group.Key.MachineMode}</td><td>{group.Key.Bank}</td><td class=\"n\">{errors.Length}</td><td class=\"n\">{published:N0}</td><td class=\"n\">{predicted:N0}</td><td class=\"n\">{100.0 * (predicted - published) / published:+0.00;-0.00} %</td><td class=\"n\">{100 * errors[errors.Length / 2]:F2} %</td><td class=\"n\">{100 * errors[^1]:F2} %</td></tr>\n");
        }

        html.Add($"</tbody></table></div>\n");
    }
}
