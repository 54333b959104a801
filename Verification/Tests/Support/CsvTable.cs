using System.Globalization;
using CsvHelper;

namespace TileProof.Tests.Support;

/// <summary>A written table, read by the names of its columns.</summary>
internal static class CsvTable
{
    /// <summary>The rows, each as values by column.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string path)
    {
        using var reader = new StreamReader(path);
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        var rows = new List<IReadOnlyDictionary<string, string>>();
        while (csv.Read())
        {
            rows.Add(csv.HeaderRecord!.ToDictionary(static name => name, name => csv.GetField(name)!, StringComparer.Ordinal));
        }

        return rows;
    }
}
