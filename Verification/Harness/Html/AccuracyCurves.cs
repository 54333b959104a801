using OxyPlot;
using TileProof.Verification.Accuracy;

namespace TileProof.Verification.Html;

/// <summary>The section with the accuracy of every layer against the float network.</summary>
internal static class AccuracyCurves
{
    /// <summary>Above this, values are practically equal; infinite ratios stand here.</summary>
    private const double HighestDecibels = 120;

    /// <summary>Writes the section's content.</summary>
    public static void Write(HtmlText html, IReadOnlyList<NetworkAccuracy> accuracies, PagePlaces places)
    {
        html.Add($"<p>Signal to quantization noise of every value against the float network, with the errors of all calls before; higher is better. Weights of the built-in networks come from a seed: the lines compare variants with each other.</p>\n<div class=\"choice\" data-choose=\"Network\">\n");
        foreach (NetworkAccuracy accuracy in accuracies)
        {
            string id = places.Picture("accuracy", accuracy.Network, "all");
            var plot = new PlotPicture(id, PlotPicture.Linear("call"), PlotPicture.Linear("SQNR, dB"));
            var table = new HtmlText();
            foreach ((int series, IGrouping<string, AccuracyRow> variant) in accuracy.Rows.GroupBy(static row => row.Variant).Index())
            {
                AccuracyRow[] calls = [.. variant.Where(static row => row.CallIndex >= 0)];
                plot.AddLine(series, variant.Key, calls.Select(static row => new DataPoint(row.CallIndex, Shown(row.SqnrDecibels))));
                foreach (AccuracyRow row in calls)
                {
                    string alone = row.OwnSqnrDecibels is { } own ? FormattableString.Invariant($", by itself {own:F1} dB") : "";
                    plot.AddPoint(series, row.CallIndex, Shown(row.SqnrDecibels), $"{row.CallIndex} {row.Call}, {row.Variant}: {row.SqnrDecibels:F1} dB{alone}; {100 * row.EqualShare:F1} % less than half a level apart");
                }

                if (variant.FirstOrDefault(static row => row.Call == AccuracyRow.WholeNetwork) is { } whole)
                {
                    table.Add($"<tr><th scope=\"row\">{whole.Variant}</th><td class=\"n\">{whole.Images}</td><td class=\"n\">{whole.SqnrDecibels:F2}</td><td class=\"n\">{whole.MeanLevels:F3}</td><td class=\"n\">{whole.LargestLevels:F2}</td><td class=\"n\">{100 * whole.Top1WithFloat:F1} %</td><td class=\"n\">{100 * whole.Top5WithFloat:F1} %</td></tr>\n");
                }
            }

            html.Add($"<figure id=\"{id}\" data-label=\"{accuracy.Network}\"><b>{accuracy.Network}, {accuracy.ImageCount} images</b>{plot.Render($"Accuracy of {accuracy.Network} by layer")}\n<div class=\"scroll\"><table><thead><tr><th>variant</th><th class=\"n\">images</th><th class=\"n\">SQNR dB</th><th class=\"n\">mean levels</th><th class=\"n\">largest</th><th class=\"n\">top-1 as float</th><th class=\"n\">top-5 as float</th></tr></thead><tbody>{table}</tbody></table></div></figure>\n");
        }

        html.Add($"</div>\n");
    }

    private static double Shown(double decibels) => double.IsFinite(decibels) ? Math.Min(decibels, HighestDecibels) : decibels < 0 ? 0 : HighestDecibels;
}
