using System.Globalization;
using System.Text;
using CsvHelper;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Tests.Snapshots;
using TileProof.Tests.Support;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Tests.Planning;

/// <summary>The plans of both networks as tables that a reviewer can read, one a bank setting.</summary>
public sealed class PlanSnapshotTests
{
    public static TheoryData<string> Banks => new(BankSetting.All.Select(static bank => bank.Label).Append("16384x8192"));

    [Theory]
    [MemberData(nameof(Banks))]
    public void Plans_OfBothNetworks(string bank)
    {
        BankSetting setting = BankSetting.Parse(bank);
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"{"layer",-38} {"kernel",-14} {"channels",8} {"tiles",5} {"rows",4} {"tiles",5} {"banks",7} {"input",6} {"coeff",6} {"output",6} {"used0",6} {"used1",6}\n");
        foreach (Conv2dShape shape in Layers())
        {
            Conv2dTilePlan plan = CaseMatrix.PlanFor(shape, setting);
            (int used0, int used1) = UsedBytes(plan);
            table.Append(
                CultureInfo.InvariantCulture,
                $"{shape.ConfigKey,-38} {plan.KernelName,-14} {plan.ChannelsPerTile,8} {plan.ChannelTileCount,5} {plan.RowsPerTile,4} {plan.RowTileCount,5} {((plan as DmaPlan)?.Placement.ToString() ?? "-"),7} {plan.InputBufferBytes,6} {plan.CoefficientBufferBytes,6} {plan.OutputBufferBytes,6} {used0,6} {used1,6}\n");
        }

        Snapshot.Verify(table.ToString(), $"bank={bank}");
    }

    private static (int Bank0Bytes, int Bank1Bytes) UsedBytes(Conv2dTilePlan plan)
    {
        if (plan is not DmaPlan { Placement: var placement })
        {
            return (0, 0);
        }

        (int Bank, int Bytes)[] buffers =
        [
            (placement.InputPing, plan.InputBufferBytes), (placement.InputPong, plan.InputBufferBytes),
            (placement.Coefficients, plan.CoefficientBufferBytes),
            (placement.OutputPing, plan.OutputBufferBytes), (placement.OutputPong, plan.OutputBufferBytes),
            (placement.Bias, plan.BiasBufferBytes), (placement.OutputScales, plan.OutputScaleBufferBytes),
        ];
        int Sum(int bank) => buffers.Where(buffer => buffer.Bank == bank).Sum(static buffer => (buffer.Bytes + 63) / 64 * 64);
        return (Sum(0), Sum(1));
    }

    private static List<Conv2dShape> Layers()
    {
        using var reader = new StreamReader(RepositoryPaths.Fixture("published", "tile_plans_conv.csv"));
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        return
        [
            .. csv.GetRecords<dynamic>().Cast<IDictionary<string, object>>()
                .Where(static row => (string)row["source_header"] == "layer_configs_61k.h")
                .Select(static row => Conv2dShape.Create(
                    Number(row, "ic"), Number(row, "ih"), Number(row, "iw"), Number(row, "oc"), Number(row, "kh"), Number(row, "kw"), Number(row, "sy"), Number(row, "pad"))),
        ];
    }

    private static int Number(IDictionary<string, object> row, string field) => int.Parse((string)row[field], CultureInfo.InvariantCulture);
}
