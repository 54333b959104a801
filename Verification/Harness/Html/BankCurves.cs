using OxyPlot;
using TileProof.HwModel.Timing;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Verification.Html;

/// <summary>The section with the cycles of whole networks against the size of the banks, one line a machine mode.</summary>
internal static class BankCurves
{
    /// <summary>Writes the section's content.</summary>
    public static void Write(HtmlText html, IReadOnlyList<NetworkCycles> networks, PagePlaces places)
    {
        html.Add($"<p>Predicted cycles of a whole network against the size of the smaller bank, for every machine mode. The percentage at a point is the share of those cycles in calls without DMA, which take the cache path; dashed lines are the run without local memory.</p>\n");
        html.Add($"<div class=\"choice\" data-choose=\"Network\">\n");
        foreach (NetworkCycles network in networks)
        {
            WriteFigure(html, network, places);
        }

        html.Add($"</div>\n");
    }

    private static void WriteFigure(HtmlText html, NetworkCycles network, PagePlaces places)
    {
        BankSetting[] tiled = [.. network.Banks.Where(static bank => !bank.CacheOnly).OrderBy(SmallerBank)];
        if (tiled.Length == 0 || network.Rows.Count == 0)
        {
            return;
        }

        string id = places.Picture("curves", network.Network, "all");
        var plot = new PlotPicture(id, PlotPicture.Kibibytes("bytes of a bank"), PlotPicture.Logarithmic("cycles"));
        var table = new HtmlText();
        foreach ((int series, MachineMode mode) in Enum.GetValues<MachineMode>().Index())
        {
            string modeName = ChoiceList.NameOf(mode);
            (BankSetting Bank, long Cycles, double CacheShare)[] totals = [.. tiled.Select(bank => TotalOf(network, bank, mode)).Where(static total => total.Cycles > 0)];
            plot.AddLine(series, modeName, totals.Select(static place => new DataPoint(SmallerBank(place.Bank), place.Cycles)));
            foreach ((BankSetting bank, long cycles, double share) in totals)
            {
                string bars = mode == LayerBars.Mode ? places.Picture("bars", network.Network, bank.Label) : places.Picture("curves", network.Network, "all");
                plot.AddPoint(series, SmallerBank(bank), cycles, $"{modeName}, banks {bank}: {cycles:N0} cycles, {100 * share:F1} % of them on the cache path", bars, share >= 0.0005 ? (FormattableString)$"{100 * share:0.#} %" : null);
            }

            if (network.Banks.FirstOrDefault(static bank => bank.CacheOnly) is { } cacheOnly && TotalOf(network, cacheOnly, mode).Cycles is > 0 and var without)
            {
                plot.AddLine(series, null, [new DataPoint(SmallerBank(tiled[0]), without), new DataPoint(SmallerBank(tiled[^1]), without)], dashed: true);
            }

            WriteTableRow(table, network, modeName, mode);
        }

        html.Add($"<figure id=\"{id}\" data-label=\"{network.Network}\"><b>{network.Network}</b>{plot.Render($"Cycles of {network.Network} against bank size")}\n");
        html.Add($"<div class=\"scroll\"><table><thead><tr><th>mode</th>");
        foreach (BankSetting bank in network.Banks)
        {
            html.Add($"<th class=\"n\">{bank}</th>");
        }

        html.Add($"</tr></thead><tbody>{table}</tbody></table></div><figcaption>Below the cycles, the share on the cache path.</figcaption></figure>\n");
    }

    private static void WriteTableRow(HtmlText table, NetworkCycles network, string modeName, MachineMode mode)
    {
        table.Add($"<tr><th scope=\"row\">{modeName}</th>");
        foreach (BankSetting bank in network.Banks)
        {
            (_, long cycles, double share) = TotalOf(network, bank, mode);
            table.Add($"<td class=\"n\">{cycles:N0}<br><span class=\"note\">{100 * share:F1} %</span></td>");
        }

        table.Add($"</tr>\n");
    }

    private static (BankSetting Bank, long Cycles, double CacheShare) TotalOf(NetworkCycles network, BankSetting bank, MachineMode mode)
    {
        long cycles = 0;
        long onCachePath = 0;
        foreach (CycleRow row in network.Rows)
        {
            if (row.Bank == bank.Label && row.MachineMode == ChoiceList.NameOf(mode))
            {
                cycles += row.PredictedCycles;
                onCachePath += row.DmaBytes == 0 ? row.PredictedCycles : 0;
            }
        }

        return (bank, cycles, cycles == 0 ? 0 : (double)onCachePath / cycles);
    }

    private static int SmallerBank(BankSetting bank) => bank.Banks.Min();
}
