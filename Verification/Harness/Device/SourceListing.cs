using TileProof.Golden.Import;
using TileProof.HwModel.Device;
using TileProof.Verification.Html;

namespace TileProof.Verification.Device;

/// <summary>Lines of the user's sources with the ones around them, for a page.</summary>
internal sealed class SourceListing
{
    private const int LinesAround = 2;
    private const int MaximumBytes = 4 * 1024 * 1024;

    private readonly Dictionary<string, string[]> files = new(StringComparer.Ordinal);

    /// <summary>Writes the lines of places, a listing a file; a file that cannot be read is left out.</summary>
    /// <param name="html">Receives them.</param>
    /// <param name="places">Each with what it is.</param>
    public void Write(HtmlText html, IEnumerable<(SourceFrame Frame, string What)> places)
    {
        foreach (IGrouping<string, (SourceFrame Frame, string What)> file in places.GroupBy(static place => place.Frame.File, StringComparer.Ordinal))
        {
            string[] lines = LinesOf(file.Key);
            ILookup<int, string> marked = file.ToLookup(static place => place.Frame.Line, static place => place.What);
            int[] shown = [.. marked.SelectMany(line => Enumerable.Range(line.Key - LinesAround, (2 * LinesAround) + 1)).Where(line => line >= 1 && line <= lines.Length).Distinct().Order()];
            if (shown.Length == 0)
            {
                continue;
            }

            html.Add($"<figcaption>{Path.GetFileName(file.Key)}</figcaption><pre class=\"code\" tabindex=\"0\">");
            for (int i = 0; i < shown.Length; i++)
            {
                int line = shown[i];
                html.Add($"{(i > 0 && shown[i - 1] != line - 1 ? "...\n" : "")}");
                string text = FormattableString.Invariant($"{line,5}  {lines[line - 1].TrimEnd()}");
                if (marked.Contains(line))
                {
                    // Below the line, since long lines leave the window.
                    string indent = new(' ', lines[line - 1].Length - lines[line - 1].TrimStart().Length);
                    html.Add($"<b>{text}</b>\n<b>       {indent}\u2191 {string.Join(", ", marked[line].Distinct(StringComparer.Ordinal))}</b>\n");
                }
                else
                {
                    html.Add($"{text}\n");
                }
            }

            html.Add($"</pre>");
        }
    }

    private string[] LinesOf(string path)
    {
        if (!files.TryGetValue(path, out string[]? lines))
        {
            try
            {
                lines = InputFile.ReadText(path, MaximumBytes).Split('\n');
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                lines = [];
            }

            files.Add(path, lines);
        }

        return lines;
    }
}
