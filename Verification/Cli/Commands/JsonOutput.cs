using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TileProof.Cli.Commands;

/// <summary>The option <c>--json</c>: results for machines instead of people.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Makes the option.</summary>
    public static Option<bool> CreateOption() => new("--json") { Description = "Write JSON for machines." };

    /// <summary>Writes a value and a line end.</summary>
    public static void Write(TextWriter output, JsonNode value) => output.WriteLine(value.ToJsonString(Indented));

    /// <summary>A list of values.</summary>
    public static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode> convert) => new([.. items.Select(item => (JsonNode?)convert(item))]);
}
