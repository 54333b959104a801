using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Verification;

namespace TileProof.Tests.Tuning;

public sealed class CompatibleTileSearchTests
{
    /// <summary>Small layers of every kernel; widths and channels that divide nothing.</summary>
    public static TheoryData<string> SmallLayers => new()
    {
        "3_20_20_16_7_7_10_10_2_2_3_1", "3_21_19_14_7_7_11_10_2_2_3_1", "16_9_9_20_3_3_9_9_1_1_1_1", "24_16_16_30_3_3_16_16_1_1_1_1",
        "20_13_40_12_3_3_13_40_1_1_1_1", "16_15_15_26_3_3_8_8_2_2_1_1", "32_8_8_48_1_1_8_8_1_1_0_1", "72_9_9_44_1_1_5_5_2_2_0_1", "64_1_1_100_1_1_1_1_1_1_0_1",
    };

    [Theory, MemberData(nameof(SmallLayers))]
    public void Find_SmallLayer_PrunedFindsWhatExhaustiveProves(string key)
    {
        Conv2dShape shape = LayerKey.Parse(key);
        int pruned = 0;
        foreach (int bankBytes in new[] { 2048, 4096, 8192, 16384 })
        {
            foreach (MachineMode mode in Enum.GetValues<MachineMode>())
            {
                TunedPlan fast = Find(shape, bankBytes, mode, SearchDepth.Pruned);
                TunedPlan proof = Find(shape, bankBytes, mode, SearchDepth.Exhaustive);
                Assert.Equal(proof.CandidateCount, proof.PlayedCount);
                Assert.Equal(proof.BestCost.Cycles, fast.BestCost.Cycles);
                Assert.Equal(proof.Best, fast.Best);
                pruned += fast.CandidateCount - fast.PlayedCount;
            }
        }

        Assert.True(pruned > 0);
    }

    [Fact]
    public void Find_EveryResNet18LayerAndBank_IsTheProvenOptimumAndFits()
    {
        int improved = 0;
        foreach (BankSetting bank in BankSetting.All.Where(static bank => !bank.CacheOnly))
        {
            foreach (Conv2dShape shape in ResNetLayerShapes.ResNet18)
            {
                TunedPlan found = Find(shape, bank.Dram0Bytes, MachineMode.MemoryModel, SearchDepth.Pruned);
                Assert.True(found.BestCost.Cycles <= found.PublishedCost.Cycles, $"{shape.ConfigKey} at {bank}");
                Assert.Equal(Find(shape, bank.Dram0Bytes, MachineMode.MemoryModel, SearchDepth.Exhaustive).Best, found.Best);
                Assert.Null(found.Best.Schedule);
                Assert.All([0, 1], index => Assert.True(
                    found.Best.Buffers(hasOutputScales: found.Best == found.Published).Where(buffer => buffer.Bank == index).Sum(static buffer => buffer.LengthBytes) <= bank.Dram0Bytes));
                improved += found.IsImproved ? 1 : 0;
            }
        }

        Assert.True(improved > 30, $"{improved} improved");
    }

    // What the fitted model gave when the search was written, rounded down: at 61k, 32k and 16k.
    [Theory]
    [InlineData("61k", 6)]
    [InlineData("32k", 9)]
    [InlineData("16k", 8)]
    public void Find_ResNet18_SavesAsMuchAsStated(string bank, int percent)
    {
        int[] callCounts = [1, 4, 1, 1, 3, 1, 1, 3, 1, 1, 3];
        TunedPlan[] found = [.. ResNetLayerShapes.ResNet18.Select(shape => Find(shape, BankSetting.Parse(bank).Dram0Bytes, MachineMode.MemoryModel, SearchDepth.Pruned))];
        double published = found.Select((plan, index) => callCounts[index] * plan.PublishedCost.Cycles).Sum();
        double saved = found.Select((plan, index) => callCounts[index] * plan.SavedCycles).Sum();
        Assert.InRange(100 * saved / published, percent, 100);
    }

    [Fact]
    public void Find_ScalesPerChannel_LeavesRoomForThem()
    {
        Conv2dShape shape = LayerKey.Parse("256_4_4_1024_1_1_4_4_1_1_0_1");
        var configuration = DspConfiguration.FromBankBytes(4096, 4096);
        var model = new PlanCostModel(CostCoefficients.Calibrated, MachineMode.MemoryModel, configuration);
        Assert.Equal(0, CompatibleTileSearch.Find(shape, configuration, model, hasOutputScales: true).CandidateCount);
        Assert.NotEqual(0, CompatibleTileSearch.Find(shape, configuration, model, hasOutputScales: false).CandidateCount);
    }

    [Fact]
    public void Find_NoTiledKernel_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Find(Conv2dShape.Create(4, 9, 9, 4, 5, 5, 1, 2), 4096, MachineMode.Turbo, SearchDepth.Pruned));

    private static TunedPlan Find(Conv2dShape shape, int bankBytes, MachineMode mode, SearchDepth depth)
    {
        var configuration = DspConfiguration.FromBankBytes(bankBytes, bankBytes);
        return CompatibleTileSearch.Find(shape, configuration, new PlanCostModel(CostCoefficients.Calibrated, mode, configuration), hasOutputScales: false, depth);
    }
}
