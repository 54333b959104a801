using System.Globalization;
using System.Text;

namespace TileProof.Tests.Snapshots;

/// <summary>A readable difference of two texts: the lines that changed, with a few around them.</summary>
internal static class TextDifference
{
    private const int ContextLines = 2;
    private const int MostLines = 40;

    /// <summary>Lines of <paramref name="verified"/> only start with <c>-</c>, lines of <paramref name="received"/> only with <c>+</c>.</summary>
    /// <remarks>Everything between the first and the last difference counts as changed.</remarks>
    public static string Describe(string verified, string received)
    {
        string[] oldLines = verified.Split('\n');
        string[] newLines = received.Split('\n');
        int shorter = Math.Min(oldLines.Length, newLines.Length);
        int first = 0;
        while (first < shorter && oldLines[first] == newLines[first])
        {
            first++;
        }

        int sameAtEnd = 0;
        while (sameAtEnd < shorter - first && oldLines[^(sameAtEnd + 1)] == newLines[^(sameAtEnd + 1)])
        {
            sameAtEnd++;
        }

        var text = new StringBuilder();
        int start = Math.Max(0, first - ContextLines);
        text.Append(CultureInfo.InvariantCulture, $"line {first + 1}:\n");
        Append(text, "  ", oldLines[start..first]);
        Append(text, "- ", oldLines[first..^sameAtEnd]);
        Append(text, "+ ", newLines[first..^sameAtEnd]);
        Append(text, "  ", oldLines[^sameAtEnd..].Take(ContextLines).ToArray());
        return text.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder text, string mark, string[] lines)
    {
        foreach (string line in lines.Take(MostLines))
        {
            text.Append(mark).Append(line).Append('\n');
        }

        if (lines.Length > MostLines)
        {
            text.Append(CultureInfo.InvariantCulture, $"{mark}... {lines.Length - MostLines} more lines\n");
        }
    }
}
