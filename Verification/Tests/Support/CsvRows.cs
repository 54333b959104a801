using System.Globalization;
using CsvHelper;

namespace TileProof.Tests.Support;

/// <summary>Reads a CSV report: each row a dictionary by the name of its column.</summary>
internal static class CsvRows
{
    public static Dictionary<string, string>[] Read(string path) => Parse(File.ReadAllText(path));

    public static Dictionary<string, string>[] Parse(string text)
    {
        using var csv = new CsvReader(new StringReader(text), CultureInfo.InvariantCulture);
        return [.. csv.GetRecords<dynamic>().Cast<IDictionary<string, object>>().Select(static row => row.ToDictionary(static field => field.Key, static field => (string)field.Value))];
    }
}
