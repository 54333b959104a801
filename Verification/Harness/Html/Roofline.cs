using OxyPlot;
using TileProof.HwModel.Timing;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Verification.Html;

/// <summary>The section that shows how near each layer comes to what the multiply unit and DMA allow.</summary>
internal static class Roofline
{
    /// <summary>Writes the section's content.</summary>
    public static void Write(HtmlText html, IReadOnlyList<NetworkCycles> networks, PagePlaces places)
    {
        html.Add($"<p>Each point is a layer, mode {ChoiceList.NameOf(LayerBars.Mode)}: how many multiply-accumulates it does for each byte that DMA moves, and for each cycle. The flat roof is what the multiply unit can do; the slanted one is the highest rate at which DMA moves bytes in this picture. The colour says what limits the layer. A point leads to its bar.</p>\n<div class=\"choice\" data-choose=\"Network and banks\">\n");
        foreach (NetworkCycles network in networks)
        {
            foreach (BankSetting bank in network.Banks.Where(static bank => !bank.CacheOnly))
            {
                CycleRow[] rows =
                [
                    .. network.Rows.Where(row => row.Bank == bank.Label && row.MachineMode == ChoiceList.NameOf(MachineMode.MemoryModel) && row.ArithmeticIntensity is > 0 && row.MultiplyUtilization > 0),
                ];
                if (rows.Length > 0)
                {
                    WriteFigure(html, network.Network, bank, rows, isFirst: bank == network.RankedBank, places);
                }
            }
        }

        html.Add($"</div>\n");
    }

    private static void WriteFigure(HtmlText html, string network, BankSetting bank, CycleRow[] rows, bool isFirst, PagePlaces places)
    {
        double peak = rows.Max(static row => row.MacsPerCycle / row.MultiplyUtilization);
        double bytesPerCycle = rows.Where(static row => row.DmaBusy > 0).Select(static row => row.DmaBytes / (row.DmaBusy * row.PredictedCycles)).DefaultIfEmpty(1).Max();
        double least = rows.Min(static row => row.ArithmeticIntensity!.Value) / 2;
        double most = Math.Max(rows.Max(static row => row.ArithmeticIntensity!.Value), peak / bytesPerCycle) * 2;
        string id = places.Picture("roofline", network, bank.Label);
        var plot = new PlotPicture(id, PlotPicture.Logarithmic("multiply-accumulates for each byte of DMA"), PlotPicture.Logarithmic("multiply-accumulates for each cycle"));
        plot.AddLine(5, FormattableString.Invariant($"roof: {peak:0} a cycle, {bytesPerCycle:0.#} bytes a cycle"), [new DataPoint(least, least * bytesPerCycle), new DataPoint(peak / bytesPerCycle, peak), new DataPoint(most, peak)]);
        string[] bounds = [.. rows.Select(static row => row.Bound).Distinct().Order(StringComparer.Ordinal)];
        foreach ((int series, string bound) in bounds.Index())
        {
            plot.AddLegend(series, $"limit: {bound}");
        }

        foreach (CycleRow row in rows)
        {
            plot.AddPoint(
                Array.IndexOf(bounds, row.Bound),
                row.ArithmeticIntensity!.Value,
                row.MacsPerCycle,
                $"{row.CallIndex} {row.Call}: {row.MacsPerCycle:F1} a cycle, {row.ArithmeticIntensity:F1} a byte, {100 * row.MultiplyUtilization:F1} % of the multiply unit, limit {row.Bound}",
                places.Bar(network, row.CallIndex, bank.Label));
        }

        html.Add($"<figure id=\"{id}\" data-label=\"{network}, banks {bank}\"");
        html.AddMarkup(isFirst ? " data-first>" : ">");
        html.Add($"<b>{network}, banks {bank}</b>{plot.Render($"Roofline of {network} with banks {bank}")}</figure>\n");
    }
}
