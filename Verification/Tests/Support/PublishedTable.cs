using System.Globalization;
using CsvHelper;

namespace TileProof.Tests.Support;

/// <summary>A CSV file below Fixtures/published, with its header.</summary>
internal sealed class PublishedTable
{
    private PublishedTable(string[] header, IReadOnlyList<IReadOnlyDictionary<string, string>> rows)
    {
        Header = header;
        Rows = rows;
    }

    public string[] Header { get; }

    public IReadOnlyList<IReadOnlyDictionary<string, string>> Rows { get; }

    public static PublishedTable Read(string file)
    {
        using var reader = new StreamReader(RepositoryPaths.Fixture("published", file));
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        string[] header = csv.HeaderRecord!;
        var rows = new List<IReadOnlyDictionary<string, string>>();
        while (csv.Read())
        {
            rows.Add(header.ToDictionary(static name => name, name => csv.GetField(name)!));
        }

        return new PublishedTable(header, rows);
    }
}
