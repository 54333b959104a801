using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Verification.Hazards;

namespace TileProof.Tests.Tuning;

public sealed class FreeTileSearchTests
{
    [Theory]
    [InlineData("3_20_20_16_7_7_10_10_2_2_3_1")]
    [InlineData("16_9_9_20_3_3_9_9_1_1_1_1")]
    [InlineData("16_15_15_26_3_3_8_8_2_2_1_1")]
    [InlineData("32_8_8_48_1_1_8_8_1_1_0_1")]
    [InlineData("72_9_9_44_1_1_5_5_2_2_0_1")]
    public void Find_SmallLayer_PrunedFindsWhatExhaustiveProves(string key)
    {
        Conv2dShape shape = LayerKey.Parse(key);
        foreach (int bankBytes in new[] { 2048, 8192 })
        {
            TunedPlan fast = Find(shape, bankBytes, SearchDepth.Pruned);
            TunedPlan proof = Find(shape, bankBytes, SearchDepth.Exhaustive);
            Assert.True(fast.PlayedCount < proof.PlayedCount);
            Assert.Equal(proof.BestCost.Cycles, fast.BestCost.Cycles);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Find_NoPublishedPlan_FindsTiles(int kibibytes)
    {
        var without = ResNetLayerShapes.ResNet18.Concat(ResNetLayerShapes.Pointwise)
            .Where(shape => Conv2dTilePlanner.Plan(shape, Banks(kibibytes * 1024)).Mode == ExecutionMode.Cache).ToList();
        Assert.All(without, shape =>
        {
            TunedPlan found = Find(shape, kibibytes * 1024, SearchDepth.Pruned);
            Assert.Equal(ExecutionMode.Dma, found.Best.Mode);
            Assert.True(found.SavedCycles > 0);
        });
        Assert.Equal(kibibytes < 16, without.Count > 0);
    }

    [Fact]
    public void Find_AnyLayer_IsNeverSlowerThanCompatible()
    {
        foreach (Conv2dShape shape in ResNetLayerShapes.ResNet18)
        {
            DspConfiguration configuration = Banks(16384);
            var model = new PlanCostModel(CostCoefficients.Calibrated, MachineMode.Release, configuration);
            TunedPlan compatible = CompatibleTileSearch.Find(shape, configuration, model, hasOutputScales: false);
            Assert.True(FreeTileSearch.Find(shape, configuration, model, hasOutputScales: false).BestCost.Cycles <= compatible.BestCost.Cycles, shape.ConfigKey);
        }
    }

    private static DspConfiguration Banks(int bankBytes) => DspConfiguration.FromBankBytes(bankBytes, bankBytes);

    private static TunedPlan Find(Conv2dShape shape, int bankBytes, SearchDepth depth) => FreeTileSearch.Find(
        shape, Banks(bankBytes), new PlanCostModel(CostCoefficients.Calibrated, MachineMode.MemoryModel, Banks(bankBytes)), hasOutputScales: false, depth);
}
