using System.Globalization;
using System.Text.RegularExpressions;
using TileProof.HwModel.Device;

namespace TileProof.Verification.Device;

/// <summary>A wait as a line of C, before the first line of a chain of calls that begins a statement.</summary>
/// <param name="Before">The line that it stands before.</param>
/// <param name="Text">The line, without its end.</param>
internal sealed partial record WaitLine(SourceFrame Before, string Text)
{
    /// <summary>The wait that mends a finding; null where no line of it begins a statement, or its source cannot be read.</summary>
    public static WaitLine? Of(DeviceFinding finding)
    {
        if (finding.OtherChannel is not { } channel)
        {
            return null;
        }

        foreach (SourceFrame frame in (finding.WaitOrigin ?? finding.Origin)?.Frames ?? [])
        {
            string[] lines;
            try
            {
                lines = File.ReadAllLines(frame.File);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;
            }

            if (frame.Line <= lines.Length && BeginsStatement(lines, frame.Line - 1))
            {
                string line = lines[frame.Line - 1];
                string indent = line[..(line.Length - line.TrimStart().Length)];
                string argument = lines.Any(static one => WaitWithoutChannel().IsMatch(one)) ? "" : channel.ToString(CultureInfo.InvariantCulture);
                return new WaitLine(frame, $"{indent}idma_hw_wait_all({argument});");
            }
        }

        return null;
    }

    /// <summary>Whether what comes before a line, comments left out, ends a statement or begins a block.</summary>
    private static bool BeginsStatement(string[] lines, int index)
    {
        for (int i = index - 1; i >= 0; i--)
        {
            string before = Comment().Replace(lines[i], "").Trim();
            if (before.Length > 0)
            {
                return before[^1] is ';' or '{' or '}';
            }
        }

        return false;
    }

    [GeneratedRegex(@"/\*.*?\*/|//.*$", RegexOptions.CultureInvariant)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bidma_hw_wait_all\s*\(\s*\)", RegexOptions.CultureInvariant)]
    private static partial Regex WaitWithoutChannel();
}
