using System.Globalization;
using CsvHelper;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Tests.Support;

namespace TileProof.Tests.Planning;

/// <summary>The max pooling planner against every published plan, every C field.</summary>
public sealed class PublishedMaxPoolPlanTests
{
    private const string Table = "tile_plans_maxpool.csv";

    [Fact]
    public void Plan_EveryPublishedBank_AllFieldsEqual()
    {
        using var reader = new StreamReader(RepositoryPaths.Fixture("published", Table));
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        List<IDictionary<string, object>> rows = csv.GetRecords<dynamic>().Cast<IDictionary<string, object>>().ToList();
        Assert.Equal(5, rows.Count);
        foreach (IDictionary<string, object> row in rows)
        {
            int Number(string field) => int.Parse((string)row[field], CultureInfo.InvariantCulture);
            MaxPool2dShape shape = MaxPool2dShape.Create(
                Number("channels"), Number("src_height"), Number("src_width"), Number("kernel_h"), Number("kernel_w"), Number("stride_h"), Number("pad_h"));
            MaxPoolTilePlan plan = MaxPoolTilePlanner.PlanAsPublished(shape, Number("dram0"), Number("dram1"));
            IEnumerable<KeyValuePair<string, string>> fields = PublishedMaxPoolConfig.TextFields(plan).Concat(
                PublishedMaxPoolConfig.NumberFields(plan).Select(static field => KeyValuePair.Create(field.Key, field.Value.ToString(CultureInfo.InvariantCulture))));
            Assert.Equal(fields.Select(field => KeyValuePair.Create(field.Key, (string)row[field.Key])), fields);

            // All published banks can hold their plan, so the executable plan is the same.
            Assert.Equal(plan, MaxPoolTilePlanner.TryPlan(shape, DspConfiguration.FromBankBytes(Number("dram0"), Number("dram1"))));
        }
    }

    [Fact]
    public void PublishedFields_HeaderOfTheTable_SameFieldsInTheSameOrder()
    {
        string[] header = File.ReadLines(RepositoryPaths.Fixture("published", Table)).First().Split(',');
        MaxPoolTilePlan plan = MaxPoolTilePlanner.PlanAsPublished(MaxPool2dShape.Create(64, 32, 32, 3, 3, 2, 1), 4096, 4096);
        IEnumerable<string> fields = PublishedMaxPoolConfig.TextFields(plan).Select(static field => field.Key)
            .Concat(PublishedMaxPoolConfig.NumberFields(plan).Select(static field => field.Key));
        Assert.Equal(header[4..], fields);
    }

    [Fact]
    public void TryPlan_UnequalBanks_UsesTheSmaller()
    {
        MaxPool2dShape shape = MaxPool2dShape.Create(64, 32, 32, 3, 3, 2, 1);
        Assert.Equal(
            MaxPoolTilePlanner.TryPlan(shape, DspConfiguration.FromBankBytes(8192, 8192)),
            MaxPoolTilePlanner.TryPlan(shape, DspConfiguration.FromBankBytes(62976, 8192)));
    }

    [Fact]
    public void TryPlan_NotOneRowFits_Null() =>
        Assert.Null(MaxPoolTilePlanner.TryPlan(MaxPool2dShape.Create(1, 100, 100, 3, 3, 2, 1), DspConfiguration.FromBankBytes(1024, 62976)));
}
