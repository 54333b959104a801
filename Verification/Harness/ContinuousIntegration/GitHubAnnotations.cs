namespace TileProof.Verification.ContinuousIntegration;

/// <summary>Lines that GitHub Actions shows at a run, or at a line of a file.</summary>
public static class GitHubAnnotations
{
    /// <summary>GitHub shows ten of a kind a step.</summary>
    private const int Shown = 10;

    /// <summary>Whether the process runs there.</summary>
    public static bool AreWanted(string? variable) => variable == "true";

    /// <summary>Writes an error a finding.</summary>
    /// <param name="output">The output of the step.</param>
    /// <param name="findings">Each with its file and line, where it has one.</param>
    public static void Write(TextWriter output, IEnumerable<(string? File, int Line, string Message)> findings)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(findings);
        foreach ((string? file, int line, string message) in findings.Take(Shown))
        {
            string place = file is null ? "" : FormattableString.Invariant($"file={EscapeProperty(file)},line={line},");
            output.WriteLine($"::error {place}title=TileProof::{Escape(message)}");
        }
    }

    private static string Escape(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string EscapeProperty(string text) =>
        Escape(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
