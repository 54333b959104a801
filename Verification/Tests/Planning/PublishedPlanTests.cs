using System.Globalization;
using CsvHelper;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Tests.Support;

namespace TileProof.Tests.Planning;

/// <summary>The planner against every published plan: 29 layers at five bank sizes, every C field.</summary>
public sealed class PublishedPlanTests
{
    [Fact]
    public void Plan_EveryPublishedLayerAndBank_AllFieldsEqual()
    {
        List<IDictionary<string, object>> rows = ReadRows("tile_plans_conv.csv");
        Assert.Equal(145, rows.Count);
        var differences = new List<string>();
        foreach (IDictionary<string, object> row in rows)
        {
            int Number(string field) => int.Parse((string)row[field], CultureInfo.InvariantCulture);
            Conv2dShape shape = Conv2dShape.Create(
                Number("ic"), Number("ih"), Number("iw"), Number("oc"), Number("kh"), Number("kw"), Number("sy"), Number("pad"), Number("dil"));
            Conv2dTilePlan plan = Conv2dTilePlanner.Plan(shape, DspConfiguration.FromBankBytes(Number("dram0"), Number("dram1")));
            string place = $"{row["source_header"]} layer {row["layer_id"]}";
            foreach ((string field, string value) in PublishedConvConfig.TextFields(plan))
            {
                AddDifference(differences, place, field, (string)row[field], value);
            }

            foreach ((string field, int value) in PublishedConvConfig.NumberFields(plan))
            {
                AddDifference(differences, place, field, (string)row[field], value.ToString(CultureInfo.InvariantCulture));
            }
        }

        Assert.Empty(differences);
    }

    [Fact]
    public void PublishedFields_HeaderOfTheTable_SameFieldsInTheSameOrder()
    {
        string[] header = File.ReadLines(RepositoryPaths.Fixture("published", "tile_plans_conv.csv")).First().Split(',');
        Conv2dTilePlan plan = CachePlan.Of(Conv2dShape.Create(3, 64, 64, 64, 7, 7, 2, 3));
        IEnumerable<string> fields = PublishedConvConfig.TextFields(plan).Select(static f => f.Key)
            .Concat(PublishedConvConfig.NumberFields(plan).Select(static f => f.Key));

        // The table repeats the geometry between the key and the struct; the struct continues at src_dim1_size.
        Assert.Equal(header[4..7].Concat(header.SkipWhile(static name => name != "src_dim1_size")), fields);
    }

    private static List<IDictionary<string, object>> ReadRows(string file)
    {
        using var reader = new StreamReader(RepositoryPaths.Fixture("published", file));
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        return csv.GetRecords<dynamic>().Cast<IDictionary<string, object>>().ToList();
    }

    private static void AddDifference(List<string> differences, string place, string field, string published, string planned)
    {
        if (published != planned)
        {
            differences.Add($"{place}: {field} is {published} in the table and {planned} here");
        }
    }
}
