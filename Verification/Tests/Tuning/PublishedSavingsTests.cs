using System.Globalization;
using System.Text;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Tests.Snapshots;
using TileProof.Tests.Support;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Tests.Tuning;

/// <summary>What compatible plans save over all convolutions of both published networks, in every machine mode.</summary>
public sealed class PublishedSavingsTests
{
    private const MachineMode DefaultMode = MachineMode.MemoryModel;
    private static readonly (string Network, (Conv2dShape Shape, int Calls)[] Layers)[] Networks =
    [
        .. PublishedTable.Read("conv_layers.csv").Rows.GroupBy(static row => row["model"]).Select(static network =>
            (network.Key, network.GroupBy(static row => row["config_key"]).Select(static layer => (LayerKey.Parse(layer.Key), layer.Count())).ToArray())),
    ];

    // A changed figure follows from changed coefficients or another search; the README states the same figures.
    [Fact]
    public void Find_PublishedNetworks_SavesAsMuchAsStated()
    {
        var table = new StringBuilder("saved percent and layers on the cache path; plans tuned for the mode\n");
        table.Append(CultureInfo.InvariantCulture, $"{"network",-8} {"banks",-5}{string.Concat(Enum.GetNames<MachineMode>().Select(static mode => $" {mode,22}"))}\n");
        foreach ((string network, (Conv2dShape Shape, int Calls)[] layers) in Networks)
        {
            foreach (BankSetting bank in BankSetting.All.Where(static bank => !bank.CacheOnly))
            {
                table.Append(CultureInfo.InvariantCulture, $"{network,-8} {bank,-5}");
                foreach (MachineMode mode in Enum.GetValues<MachineMode>())
                {
                    TunedPlan[] found = [.. layers.Select(layer => Find(layer.Shape, bank, mode))];
                    Assert.All(found, static plan => Assert.True(plan.SavedCycles >= 0));
                    table.Append(
                        CultureInfo.InvariantCulture,
                        $" {SavedPercent(layers, found),18:F2}, {found.Count(static plan => plan.Best.Mode == ExecutionMode.Cache),2}");
                }

                table.Append('\n');
            }
        }

        Snapshot.Verify(table.ToString());
    }

    [Theory]
    [InlineData("61k", 6, MachineMode.Release, MachineMode.Turbo, MachineMode.MemoryModelZeroLatency)]
    [InlineData("32k", 10, MachineMode.Release, MachineMode.Turbo, MachineMode.MemoryModelZeroLatency)]
    [InlineData("16k", 6, MachineMode.Release, MachineMode.Turbo, MachineMode.MemoryModelZeroLatency, MachineMode.MemoryModel)]
    public void Find_PublishedNetworks_SavesTheAskedPercentage(string bank, int percent, params MachineMode[] modes)
    {
        foreach ((string network, (Conv2dShape Shape, int Calls)[] layers) in Networks)
        {
            Assert.All(modes, mode => Assert.True(
                SavedPercent(layers, [.. layers.Select(layer => Find(layer.Shape, BankSetting.Parse(bank), mode))]) >= percent, $"{network}, {mode}"));
        }
    }

    [Theory]
    [InlineData("61k")]
    [InlineData("32k")]
    [InlineData("16k")]
    public void Find_DefaultMode_IsHardlySlowerInOtherModes(string bank)
    {
        BankSetting setting = BankSetting.Parse(bank);
        Assert.All(Networks.SelectMany(static network => network.Layers).Select(static layer => layer.Shape).Distinct(), shape =>
        {
            TunedPlan found = Find(shape, setting, DefaultMode);
            // Modes that charge no misses price the cache path lower than the default mode does, so that leaving it may cost cycles there.
            bool leavesCachePath = found.Published is CachePlan && found.Best is not CachePlan;
            Assert.All(Enum.GetValues<MachineMode>().Where(mode => !leavesCachePath || mode == DefaultMode), mode =>
            {
                PlanCostModel model = ModelOf(setting, mode);
                Assert.True(model.CostOf(found.Best).Cycles <= 1.01 * model.CostOf(found.Published).Cycles, $"{shape.ConfigKey} in {mode}: {found.Best}, {model.CostOf(found.Best).Cycles:F0}, not {found.Published}, {model.CostOf(found.Published).Cycles:F0}");
            });
        });
    }

    private static double SavedPercent((Conv2dShape Shape, int Calls)[] layers, TunedPlan[] found) =>
        100 * layers.Zip(found, static (layer, plan) => layer.Calls * plan.SavedCycles).Sum()
        / layers.Zip(found, static (layer, plan) => layer.Calls * plan.PublishedCost.Cycles).Sum();

    private static TunedPlan Find(Conv2dShape shape, BankSetting bank, MachineMode mode) =>
        CompatibleTileSearch.Find(shape, CaseMatrix.ConfigurationFor(bank), ModelOf(bank, mode), hasOutputScales: false);

    private static PlanCostModel ModelOf(BankSetting bank, MachineMode mode) => new(CostCoefficients.Calibrated, mode, CaseMatrix.ConfigurationFor(bank));
}
