using System.Globalization;
using System.Text;
using TileProof.HwModel.Timing;
using TileProof.Verification.Cycles;

namespace TileProof.Verification.Html;

/// <summary>What the core, the two DMA channels and the banks do during one call, as SVG, with broken rules at their place.</summary>
internal static class TimelinePicture
{
    private const double Left = 96;
    private const double Width = 900;
    private const int TrackHeight = 24;
    private const int TrackPitch = 32;
    private const double CharacterWidth = 6.4;

    /// <summary>Spans nearer to each other than this, in units of the picture, are drawn as one.</summary>
    private const double SmallestGap = 0.15;

    /// <summary>The picture.</summary>
    /// <param name="timeline">The core and the DMA channels, with spans.</param>
    /// <param name="occupancy">Bytes of the banks in use, in order of time.</param>
    /// <param name="instants">Broken rules, in order of time.</param>
    /// <param name="bankBytes">The bytes of each bank.</param>
    /// <param name="linkOf">The place that explains an instant; null for none.</param>
    public static HtmlText Draw(
        EventTimeline timeline, IReadOnlyList<BankOccupancy> occupancy, IReadOnlyList<TraceInstant> instants, IReadOnlyList<int> bankBytes, Func<TraceInstant, string?> linkOf)
    {
        double cycles = Math.Max(1, Math.Max(timeline.NowCycles, timeline.Spans.Select(static span => span.EndCycles).DefaultIfEmpty(0).Max()));
        bool hasHazards = instants.Count > 0;
        int top = hasHazards ? 22 : 4;
        int height = top + ((3 + bankBytes.Count) * TrackPitch) + 20;
        var html = new HtmlText();
        html.Add($"<svg class=\"timeline\" viewBox=\"0 0 {Left + Width + 8} {height}\" role=\"img\" aria-label=\"Timeline of {cycles:N0} cycles\">\n");
        int y = top;
        foreach ((TimelineTrack track, string name) in new[] { (TimelineTrack.Core, "core"), (TimelineTrack.Dma0, "DMA channel 0"), (TimelineTrack.Dma1, "DMA channel 1") })
        {
            html.Add($"<text x=\"0\" y=\"{y + 16}\">{name}</text><rect class=\"track\" x=\"{Left}\" y=\"{y}\" width=\"{Width}\" height=\"{TrackHeight}\"/>\n");
            DrawSpans(html, [.. timeline.Spans.Where(span => span.Track == track)], y, cycles);
            y += TrackPitch;
        }

        for (int bank = 0; bank < bankBytes.Count; bank++)
        {
            DrawOccupancy(html, occupancy, bank, bankBytes[bank], y, cycles);
            y += TrackPitch;
        }

        DrawScale(html, y, cycles);
        if (hasHazards)
        {
            DrawInstants(html, instants, linkOf, y - TrackPitch + TrackHeight, cycles);
        }

        html.Add($"</svg>\n");
        return html;
    }

    private static double PlaceOf(double atCycles, double cycles) => Left + (Width * atCycles / cycles);

    private static void DrawSpans(HtmlText html, TimelineSpan[] spans, int y, double cycles)
    {
        foreach (IGrouping<string, TimelineSpan> part in spans.GroupBy(CycleParts.ClassOf))
        {
            html.Add($"<path class=\"{part.Key}\" d=\"");
            html.AddMarkup(PathOf([.. part.OrderBy(static span => span.StartCycles)], y, cycles));
            html.Add($"\"/>");
        }

        foreach (TimelineSpan span in spans)
        {
            double width = Width * (span.EndCycles - span.StartCycles) / cycles;
            if (width > span.Name.Length * CharacterWidth)
            {
                html.Add($"<text x=\"{PlaceOf(span.StartCycles, cycles) + 3:0.#}\" y=\"{y + 16}\">{span.Name}</text>");
            }
        }

        html.Add($"\n");
    }

    private static string PathOf(TimelineSpan[] spans, int y, double cycles)
    {
        var path = new StringBuilder();
        double begin = double.NaN;
        double end = double.NaN;
        foreach (TimelineSpan span in spans)
        {
            double from = PlaceOf(span.StartCycles, cycles);
            double to = PlaceOf(span.EndCycles, cycles);
            if (!(from - end < SmallestGap))
            {
                Append();
                begin = from;
                end = to;
            }

            end = Math.Max(end, to);
        }

        Append();
        return path.ToString();

        void Append()
        {
            if (!double.IsNaN(begin))
            {
                path.Append(CultureInfo.InvariantCulture, $"M{begin:0.#} {y}h{Math.Max(0.2, end - begin):0.#}v{TrackHeight}H{begin:0.#}z");
            }
        }
    }

    private static void DrawOccupancy(HtmlText html, IReadOnlyList<BankOccupancy> occupancy, int bank, int capacityBytes, int y, double cycles)
    {
        int most = occupancy.Select(sample => sample.Banks[bank]).DefaultIfEmpty(0).Max();
        html.Add($"<text x=\"0\" y=\"{y + 10}\">DRAM{bank} in use</text><text x=\"0\" y=\"{y + 22}\">{100.0 * most / capacityBytes:0} % at most</text><rect class=\"track\" x=\"{Left}\" y=\"{y}\" width=\"{Width}\" height=\"{TrackHeight}\"/><path class=\"used\" d=\"M{Left} {y + TrackHeight}");
        foreach (BankOccupancy sample in occupancy)
        {
            html.Add($"H{PlaceOf(Math.Min(sample.AtCycles, cycles), cycles):0.#}V{y + (TrackHeight * (1 - ((double)sample.Banks[bank] / capacityBytes))):0.#}");
        }

        html.Add($"H{Left + Width}V{y + TrackHeight}z\"><title>{most:N0} of {capacityBytes:N0} bytes at most</title></path>\n");
    }

    private static void DrawScale(HtmlText html, int y, double cycles)
    {
        double step = Math.Pow(10, Math.Floor(Math.Log10(cycles)));
        step = cycles / step < 2 ? step / 5 : cycles / step < 5 ? step / 2 : step;
        for (double at = 0; at <= cycles; at += step)
        {
            html.Add($"<text x=\"{PlaceOf(at, cycles):0.#}\" y=\"{y + 10}\" text-anchor=\"middle\">{at:N0}</text>");
        }

        html.Add($"\n");
    }

    private static void DrawInstants(HtmlText html, IReadOnlyList<TraceInstant> instants, Func<TraceInstant, string?> linkOf, int bottom, double cycles)
    {
        foreach (TraceInstant instant in instants)
        {
            double x = PlaceOf(instant.AtCycles, cycles);
            string? link = linkOf(instant);
            if (link is not null)
            {
                html.Add($"<a href=\"#{link}\">");
            }

            html.Add($"<path class=\"hazard\" d=\"M{x - 6:0.#} 2h12L{x:0.#} 14z\"><title>{instant.AtCycles:N0}: {instant.Detail}</title></path><path style=\"stroke:var(--bad)\" stroke-dasharray=\"2 3\" d=\"M{x:0.#} 14V{bottom}\"/>");
            html.AddMarkup(link is null ? "" : "</a>");
        }

        html.Add($"\n");
    }
}
