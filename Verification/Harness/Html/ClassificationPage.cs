using OxyPlot;
using TileProof.Verification.Classification;

namespace TileProof.Verification.Html;

/// <summary>The page of <c>tileproof accuracy</c>.</summary>
internal static class ClassificationPage
{
    /// <summary>The text of the page.</summary>
    public static string Write(ClassificationReport report)
    {
        var page = new HtmlPage("TileProof accuracy");
        ClassificationRow ofFloat = report.Rows[0];
        page.Opening.Add($"<h1>Accuracy of {ofFloat.Network}</h1>\n<p>{report.Images}: {ofFloat.Images} measured. Float: {100 * ofFloat.Top1:F1} % right.</p>\n<p class=\"note\">{report.Versions}<br>{report.Settings}</p>\n");
        WriteRows(page.AddSection("classification", "Classification"), report.Rows);
        if (report.Layers is { } layers)
        {
            WriteLayers(page.AddSection("layers", "Layers"), layers);
        }

        return page.ToString();
    }

    private static void WriteRows(HtmlText html, IReadOnlyList<ClassificationRow> rows)
    {
        var plot = new PlotPicture("classification-plot", PlotPicture.Linear("row of the table"), PlotPicture.Linear("top-1, %"));
        html.Add($"<p>Shares of images with 95 % intervals: Wilson's, and Agresti and Min's for the difference to float on the same images. Lost images are right in float only, won ones here only.</p>\n<div class=\"scroll\"><table><thead><tr><th class=\"n\">row</th><th>run by</th><th>weights</th><th>calibration</th><th class=\"n\">top-1</th><th class=\"n\">interval</th><th class=\"n\">top-5</th><th class=\"n\">interval</th><th class=\"n\">less float</th><th class=\"n\">interval</th><th class=\"n\">lost</th><th class=\"n\">won</th><th class=\"n\">McNemar p</th><th class=\"n\">SQNR dB</th></tr></thead><tbody>");
        foreach ((int index, ClassificationRow row) in rows.Index())
        {
            html.Add($"<tr><td class=\"n\">{index + 1}</td><th scope=\"row\">{row.Engine}</th><td>{row.Weights}</td><td>{row.Calibration}</td><td class=\"n\">{100 * row.Top1:F1} %</td><td class=\"n\">{100 * row.Top1Low:F1} to {100 * row.Top1High:F1}</td><td class=\"n\">{100 * row.Top5:F1} %</td><td class=\"n\">{100 * row.Top5Low:F1} to {100 * row.Top5High:F1}</td><td class=\"n\">{100 * row.DifferenceToFloat:F1}</td><td class=\"n\">{100 * row.DifferenceLow:F1} to {100 * row.DifferenceHigh:F1}</td><td class=\"n\">{row.LostImages}</td><td class=\"n\">{row.WonImages}</td><td class=\"n\">{ClassificationReport.Probability(row.McNemarP)}</td><td class=\"n\">{row.SqnrDecibels:F2}</td></tr>\n");
            plot.AddLine(0, null, [new DataPoint(index + 1, 100 * row.Top1Low), new DataPoint(index + 1, 100 * row.Top1High)]);
            plot.AddPoint(0, index + 1, 100 * row.Top1, $"{index + 1} {row.Engine} {row.Weights} {row.Calibration}: {100 * row.Top1:F1} %, {100 * row.Top1Low:F1} to {100 * row.Top1High:F1}");
        }

        html.Add($"</tbody></table></div>\n<figure><b>Top-1 with 95 % intervals</b>{plot.Render("Top-1 of every row of the table, with its interval")}</figure>\n");
    }

    private static void WriteLayers(HtmlText html, LayerAccuracies layers)
    {
        html.Add($"<p>What each layer costs on the DSP, over {layers.Rows[0].Images} images, ranked by the noise of the outputs when only that layer is int8. {ClassificationReport.DescribeKept(layers)}</p>\n<div class=\"scroll\"><table><thead><tr><th class=\"n\">rank</th><th>layer</th><th>key</th><th class=\"n\">SQNR dB, only it int8</th><th class=\"n\">right</th><th class=\"n\">SQNR dB, only it float</th><th class=\"n\">right</th><th class=\"n\">noise removed</th></tr></thead><tbody>");
        foreach (LayerAccuracyRow row in layers.Rows)
        {
            html.Add($"<tr><td class=\"n\">{row.Rank}</td><th scope=\"row\">{row.Layer}</th><td>{row.ConfigKey}</td><td class=\"n\">{row.SqnrWhenOnlyInt8:F2}</td><td class=\"n\">{row.Top1WhenOnlyInt8}</td><td class=\"n\">{row.SqnrWhenOnlyFloat:F2}</td><td class=\"n\">{row.Top1WhenOnlyFloat}</td><td class=\"n\">{100 * row.NoiseRemovedShare:F1} %</td></tr>\n");
        }

        html.Add($"</tbody></table></div>\n");
    }
}
