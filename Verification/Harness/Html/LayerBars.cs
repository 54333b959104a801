using TileProof.HwModel.Timing;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Verification.Html;

/// <summary>The section with the cycles of every layer as one stacked bar: a picture a network and bank setting.</summary>
internal static class LayerBars
{
    /// <summary>The mode of the bars; the others stand in <c>cycles.csv</c> and among the curves over the bank size.</summary>
    public const MachineMode Mode = MachineMode.MemoryModel;

    private const int WidthUnits = 1000;

    /// <summary>Writes the section's content.</summary>
    public static void Write(HtmlText html, IReadOnlyList<NetworkCycles> networks, PagePlaces places)
    {
        foreach (string sentence in NetworkCycles.BasisOf(networks))
        {
            html.Add($"<p>{sentence}</p>\n");
        }

        html.Add($"<p>Predicted core cycles of each call, mode {ChoiceList.NameOf(Mode)}. A bar is as long as its share of the longest one; a click on a name leads to the row of the call.</p>\n{CycleParts.Legend()}<div class=\"choice\" data-choose=\"Network and banks\">\n");
        foreach (NetworkCycles network in networks)
        {
            foreach (BankSetting bank in network.Banks)
            {
                CycleRow[] rows = [.. network.Rows.Where(row => row.Bank == bank.Label && row.MachineMode == ChoiceList.NameOf(MachineMode.MemoryModel))];
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
        long longest = Math.Max(1, rows.Max(static row => row.PredictedCycles));
        long total = rows.Sum(static row => row.PredictedCycles);
        html.Add($"<figure id=\"{places.Picture("bars", network, bank.Label)}\" data-label=\"{network}, banks {bank}\"");
        html.AddMarkup(isFirst ? " data-first>" : ">");
        html.Add($"<b>{network}, banks {bank}: {total:N0} cycles</b><ul class=\"legend\">");
        foreach ((string style, string name, Func<CycleRow, long> cyclesOf) in CycleParts.All)
        {
            html.Add($"<li><i class=\"{style}\"></i>{name.Split(' ')[0]} {100.0 * rows.Sum(cyclesOf) / Math.Max(1, total):F1} %</li>");
        }

        html.Add($"</ul><table class=\"bars\"><tbody>\n");
        foreach (CycleRow row in rows)
        {
            html.Add($"<tr id=\"{places.Bar(network, row.CallIndex, bank.Label)}\"><th scope=\"row\"><a href=\"#{places.Row(network, row.CallIndex, bank.Label)}\" title=\"{row.Call} ({row.ConfigKey})\">{row.CallIndex} {row.Call}</a></th><td>");
            WriteBar(html, row, longest);
            html.Add($"</td><td class=\"n\">{row.PredictedCycles:N0}</td></tr>\n");
        }

        html.Add($"</tbody></table></figure>\n");
    }

    private static void WriteBar(HtmlText html, CycleRow row, long longest)
    {
        html.Add($"<svg viewBox=\"0 0 {WidthUnits} 1\" preserveAspectRatio=\"none\" role=\"img\"><title>");
        var shapes = new HtmlText();
        double x = 0;
        string separator = "";
        foreach ((string style, string name, Func<CycleRow, long> cyclesOf) in CycleParts.All)
        {
            long cycles = cyclesOf(row);
            if (cycles > 0)
            {
                html.Add($"{separator}{name.Split(' ')[0]} {cycles:N0}");
                separator = ", ";
                double width = (double)WidthUnits * cycles / longest;
                shapes.Add($"<rect class=\"{style}\" x=\"{x:0.#}\" width=\"{width:0.#}\" height=\"1\"/>");
                x += width;
            }
        }

        html.Add($"</title>{shapes}</svg>");
    }
}
