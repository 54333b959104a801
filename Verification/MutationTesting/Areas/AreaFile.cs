using System.Text.Json;

namespace TileProof.MutationTesting.Areas;

/// <summary>Reads the areas: <c>areas.json</c>, and beside it <c>accepted/AREA.json</c> with the survivors that stay.</summary>
public static class AreaFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>All areas, in the order of the file.</summary>
    /// <param name="folder">The folder that holds the file.</param>
    /// <exception cref="MutationTestingException">A file is not what it must be.</exception>
    public static IReadOnlyList<Area> Read(string folder)
    {
        Area[] areas = Parse<Area[]>(Path.Combine(folder, "areas.json"));
        return areas.Select(area => area with { Accepted = Accepted(Path.Combine(folder, "accepted", area.Name + ".json")) }).ToList();
    }

    private static Dictionary<string, string> Accepted(string path) =>
        File.Exists(path) ? Parse<Dictionary<string, string>>(path) : [];

    private static T Parse<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Options) ?? throw new JsonException("it is empty");
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            throw new MutationTestingException($"cannot read '{path}': {exception.Message.ReplaceLineEndings(" ")}");
        }
    }
}
