using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TileProof.Verification.Tuning;

/// <summary>Says what the JSON of a plan file lacks, in the words of the file instead of those of the program that reads it.</summary>
internal static class PlanFileProblem
{
    private static readonly (string Pattern, string Plain)[] PlainWords =
    [
        (" (on|for|of) type '[^']*'", ""),
        (" any \\.NET member contained in type '[^']*'", " a field that is known there"),
        (@"System\.Int32", "a whole number"),
        (@"System\.Boolean", "true or false"),
        (@"System\.String", "a text"),
        (@"(TileProof|System)\.[\w.`]+(\[[^\]]*\])?", "an object or list that belongs there"),
    ];

    /// <summary>Line, field and reason.</summary>
    public static string Describe(JsonException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        string reason = exception.Message.ReplaceLineEndings(" ").Split(" Path: ")[0].Split(" Consider ")[0].Split(" Change the reader ")[0];
        foreach ((string pattern, string plain) in PlainWords)
        {
            reason = Regex.Replace(reason, pattern, plain);
        }

        return string.Create(CultureInfo.InvariantCulture, $"line {exception.LineNumber + 1}, field {exception.Path}: {reason}");
    }
}
