using System.Text.Json;

namespace TileProof.MutationTesting.Running;

/// <summary>Results, a line each, as a worker leaves them.</summary>
internal static class ResultFile
{
    /// <summary>Adds a result.</summary>
    public static void Append(string path, MutantResult result) => File.AppendAllText(path, JsonSerializer.Serialize(result) + "\n");

    /// <summary>The results so far; a line that was cut off is left out.</summary>
    public static IReadOnlyList<MutantResult> Read(string path) =>
        File.Exists(path) ? File.ReadLines(path).Select(Parse).OfType<MutantResult>().ToList() : [];

    private static MutantResult? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<MutantResult>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
