using TileProof.Verification.Cycles;

namespace TileProof.Verification.Html;

/// <summary>Where the buffers of a program lie in the local banks, as SVG: a strip a bank, a block a buffer.</summary>
internal static class BankMap
{
    private const int Left = 60;
    private const int Width = 900;
    private const int StripHeight = 30;
    private const int StripPitch = 44;
    private const double CharacterWidth = 6.2;

    /// <summary>The picture; buffers at the same place, as of one call after the other, are drawn once.</summary>
    /// <param name="buffers">The buffers.</param>
    /// <param name="bankBytes">The bytes of each bank.</param>
    public static HtmlText Draw(IReadOnlyList<PlacedBuffer> buffers, IReadOnlyList<int> bankBytes)
    {
        double largest = bankBytes.Max();
        var html = new HtmlText();
        html.Add($"<svg class=\"bankmap\" viewBox=\"0 0 {Left + Width + 4} {bankBytes.Count * StripPitch}\" role=\"img\" aria-label=\"Bank map\">\n");
        for (int bank = 0; bank < bankBytes.Count; bank++)
        {
            int y = bank * StripPitch;
            PlacedBuffer[] here = [.. buffers.Where(buffer => buffer.Bank == bank).Distinct()];
            int used = here.Select(static buffer => buffer.OffsetBytes + buffer.LengthBytes).DefaultIfEmpty(0).Max();
            html.Add($"<text x=\"0\" y=\"{y + 13}\">DRAM{bank}</text><text x=\"0\" y=\"{y + 26}\">{100.0 * used / bankBytes[bank]:0} %</text><rect class=\"track\" x=\"{Left}\" y=\"{y + 1}\" width=\"{Width * bankBytes[bank] / largest:0.#}\" height=\"{StripHeight}\"/>");
            foreach (PlacedBuffer buffer in here)
            {
                double x = Left + (Width * buffer.OffsetBytes / largest);
                double width = Width * buffer.LengthBytes / largest;
                html.Add($"<rect class=\"block {ClassOf(buffer.Label)}\" x=\"{x:0.#}\" y=\"{y + 1}\" width=\"{Math.Max(0.5, width):0.#}\" height=\"{StripHeight}\"><title>{buffer.Label}: {buffer.LengthBytes:N0} bytes at {buffer.OffsetBytes:N0}</title></rect>");
                if (width > buffer.Label.Length * CharacterWidth)
                {
                    html.Add($"<text x=\"{x + 3:0.#}\" y=\"{y + 13}\">{buffer.Label}</text><text x=\"{x + 3:0.#}\" y=\"{y + 26}\">{buffer.LengthBytes:N0}</text>");
                }
            }

            html.Add($"\n");
        }

        html.Add($"</svg>\n");
        return html;
    }

    private static string ClassOf(string label) => label switch
    {
        _ when label.Contains("input", StringComparison.Ordinal) => "fk",
        _ when label.Contains("output", StringComparison.Ordinal) && !label.Contains("scale", StringComparison.Ordinal) => "fe",
        _ when label.Contains("coefficient", StringComparison.Ordinal) || label.Contains("weight", StringComparison.Ordinal) => "fp",
        _ when label.Contains("sum", StringComparison.Ordinal) => "fx",
        _ => "ff",
    };
}
