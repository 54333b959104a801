using TileProof.Verification.Conformance;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Verification.Html;

/// <summary>Writes <c>report.html</c>: the run as one page that needs no other file.</summary>
public static class HtmlReport
{
    /// <summary>The file's name in a report folder.</summary>
    public const string FileName = "report.html";

    /// <summary>The text of the page.</summary>
    /// <param name="reports">What was run, found, predicted and measured.</param>
    /// <param name="cancellation">Stops between pictures.</param>
    public static string Write(ConformanceReports reports, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ConformanceOutcome outcome = reports.Outcome;
        var places = new PagePlaces(outcome.Goldens.Select(static golden => golden.Network));
        HashSet<(string, int)> selected = [.. outcome.Goldens.Select(static golden => (golden.Network, golden.Call.Index))];
        NetworkCycles[] cycles = [.. reports.Cycles.Select(network => network with { Rows = [.. network.Rows.Where(row => selected.Contains((row.Network, row.CallIndex)))] })];
        IReadOnlyList<HazardGroup> hazards = HazardGroup.Of(outcome.FoundHazards);
        var pictures = CallPictures.Draw(outcome, cycles, hazards, cancellation);
        var page = new HtmlPage("TileProof report");
        VerdictOpening.Write(page.Opening, outcome, outcome.Verdict, reports.Versions, places);
        if (cycles.Any(static network => network.Rows.Count > 0))
        {
            LayerBars.Write(page.AddSection("cycles", "Cycles by layer"), cycles, places);
            BankCurves.Write(page.AddSection("banks", "Bank size"), cycles, places);
            Roofline.Write(page.AddSection("roofline", "Roofline"), cycles, places);
        }

        if (PublishedScatter.HasAny(cycles))
        {
            PublishedScatter.Write(page.AddSection("published", "Published cycles"), cycles, places);
        }

        if (reports.Accuracies.Count > 0)
        {
            AccuracyCurves.Write(page.AddSection("accuracy", "Accuracy"), reports.Accuracies, places);
        }

        WriteTimelines(page.AddSection("timelines", "Timelines"), pictures, places);
        HazardSection.Write(page.AddSection("hazards", "Hazards"), hazards, found => TimelineOf(found, pictures, places));
        WriteMaps(page.AddSection("maps", "Bank maps"), pictures, places);
        CallTable.Write(page.AddSection("calls", "Calls"), outcome, cycles, pictures, places);
        return page.ToString();
    }

    private static void WriteTimelines(HtmlText html, CallPictures pictures, PagePlaces places)
    {
        CallPictures.Layer[] layers = [.. pictures.All.Where(static layer => layer.Timeline is not null)];
        if (layers.Length == 0)
        {
            html.Add($"<p>No call of this run uses DMA.</p>\n");
            return;
        }

        html.Add($"<p>What the core and both DMA channels do during a call, mode {ChoiceList.NameOf(LayerBars.Mode)}, and how much of the banks is in use; red marks are hazards. Shown are the {CallPictures.DearestLayers} dearest layers of each network, and layers that break rules; <code>tileproof trace --layers NAME --banks SIZE</code> writes any call for ui.perfetto.dev. On the channels, colours say what is moved: input as the kernel, coefficients as the prologue, output as requantize and store.</p>\n{CycleParts.Legend()}<div class=\"choice\" data-choose=\"Layer and banks\">\n");
        foreach (CallPictures.Layer layer in layers)
        {
            html.Add($"<figure id=\"{places.Timeline(layer.Network, layer.Call.Index, layer.Bank.Label)}\" data-group=\"{layer.Network}\" data-label=\"{layer.Call.Index} {layer.Call.Name}, banks {layer.Bank}\"><b>{layer.Network} {layer.Call.Name} ({layer.Call.LayerKey}), banks {layer.Bank}: {layer.Cycles:N0} cycles</b><span class=\"note\">{layer.Plan}</span><div class=\"scroll\" tabindex=\"0\">{layer.Timeline!}</div></figure>\n");
        }

        html.Add($"</div>\n");
    }

    private static void WriteMaps(HtmlText html, CallPictures pictures, PagePlaces places)
    {
        CallPictures.Layer[] layers = [.. pictures.All];
        if (layers.Length == 0)
        {
            html.Add($"<p>No call of this run uses the banks.</p>\n");
            return;
        }

        html.Add($"<p>Where the buffers of a tiled layer lie: a strip a bank, a block a buffer, percent in use. Input blue, coefficients pink, output light blue, biases and scales orange, partial sums red.</p>\n<div class=\"choice\" data-choose=\"Layer and banks\">\n");
        foreach (CallPictures.Layer layer in layers)
        {
            html.Add($"<figure id=\"{places.Map(layer.Network, layer.Call.Index, layer.Bank.Label)}\" data-group=\"{layer.Network}, banks {layer.Bank}\" data-label=\"{layer.Call.Index} {layer.Call.Name}, banks {layer.Bank}\"><b>{layer.Network} {layer.Call.Name} ({layer.Call.LayerKey}), banks {layer.Bank}</b><span class=\"note\">{layer.Plan}</span><div class=\"scroll\">{layer.Map!}</div></figure>\n");
        }

        html.Add($"</div>\n");
    }

    private static string? TimelineOf(Hazards.FoundHazard found, CallPictures pictures, PagePlaces places) =>
        pictures.All.FirstOrDefault(layer => layer.Timeline is not null && (layer.Network, layer.Call.LayerKey, layer.Bank.Label) == (found.Network, found.Layer, found.Bank)) is { } layer
            ? places.Timeline(layer.Network, layer.Call.Index, layer.Bank.Label)
            : null;
}
