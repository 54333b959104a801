using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;

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
            foreach ((MachineMode mode, ProgramAssumptions assumptions) in
                from mode in Enum.GetValues<MachineMode>()
                from assumptions in new[] { ProgramAssumptions.Measured, ProgramAssumptions.Corrected }
                select (mode, assumptions))
            {
                TunedPlan fast = Find(shape, bankBytes, mode, SearchDepth.Pruned, assumptions);
                TunedPlan proof = Find(shape, bankBytes, mode, SearchDepth.Exhaustive, assumptions);
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
                Assert.IsNotType<FreePlan>(found.Best);
                Assert.All([0, 1], index => Assert.True(
                    found.Best.Buffers(hasOutputScales: found.Best == found.Published).Where(buffer => buffer.Bank == index).Sum(static buffer => buffer.LengthBytes) <= bank.Dram0Bytes));
                improved += found.IsImproved ? 1 : 0;
            }
        }

        Assert.True(improved > 30, $"{improved} improved");
    }

    // Tiles may pass the error bar where the cheaper cache path does not.
    [Fact]
    public void Find_SavingsWithErrorBars_KeepsTheCheapestPlanThatSurelySaves()
    {
        int tilesInPlaceOfCheaper = 0;
        int publishedInPlaceOfCheaper = 0;
        foreach ((string key, int bankBytes) in new[] { ("24_16_16_30_3_3_16_16_1_1_1_1", 4096), ("20_13_40_12_3_3_13_40_1_1_1_1", 4096), ("16_15_15_26_3_3_8_8_2_2_1_1", 2048), ("72_9_9_44_1_1_5_5_2_2_0_1", 8192) })
        {
            Conv2dShape shape = LayerKey.Parse(key);
            DspConfiguration banks = DspConfiguration.FromBankBytes(bankBytes, bankBytes);
            foreach (MachineMode mode in new[] { MachineMode.MemoryModel, MachineMode.Release })
            {
                var model = new PlanCostModel(CostCoefficients.Calibrated, mode, banks);
                TunedPlan cheapest = CompatibleTileSearch.Find(shape, banks, model, hasOutputScales: false);
                TunedPlan kept = CompatibleTileSearch.Find(shape, banks, model, hasOutputScales: false, uncertainty: CycleUncertainty.Calibrated);
                TunedPlan proof = CompatibleTileSearch.Find(shape, banks, model, hasOutputScales: false, SearchDepth.Exhaustive, CycleUncertainty.Calibrated);
                Assert.Equal((proof.Best, proof.UncertainCycles, proof.SavedHalfWidthCycles), (kept.Best, kept.UncertainCycles, kept.SavedHalfWidthCycles));

                (Conv2dTilePlan? plan, double cycles) = CheapestCertain(kept.Published, banks, model);
                Assert.Equal(plan is null ? kept.PublishedCost.Cycles : cycles, kept.BestCost.Cycles);
                Assert.Equal(plan is not null, kept.IsImproved);
                Assert.Equal(kept.BestCost.Cycles - cheapest.BestCost.Cycles, kept.UncertainCycles);
                Assert.Equal(kept.IsImproved ? HalfWidth(kept.Published, kept.Best, model) : 0, kept.SavedHalfWidthCycles);
                tilesInPlaceOfCheaper += kept.IsImproved && kept.UncertainCycles > 0 ? 1 : 0;
                publishedInPlaceOfCheaper += !kept.IsImproved && kept.UncertainCycles > 0 ? 1 : 0;
            }
        }

        Assert.True(tilesInPlaceOfCheaper > 0 && publishedInPlaceOfCheaper > 0, $"{tilesInPlaceOfCheaper} and {publishedInPlaceOfCheaper}");
    }

    private static double HalfWidth(Conv2dTilePlan published, Conv2dTilePlan plan, PlanCostModel model)
    {
        var errorBar = new CycleErrorBar(CycleUncertainty.Calibrated, model.Mode);
        errorBar.AddChange("layer", model.Count(published), model.Count(plan));
        return errorBar.HalfWidthCycles;
    }

    /// <summary>The same by trying every plan; null for none.</summary>
    private static (Conv2dTilePlan? Plan, double Cycles) CheapestCertain(Conv2dTilePlan published, DspConfiguration banks, PlanCostModel model)
    {
        Conv2dShape shape = published.Shape;
        IEnumerable<Conv2dTilePlan> tiles =
            from channels in Enumerable.Range(1, shape.OutChannels)
            from rows in Enumerable.Range(1, shape.OutHeight)
            let buffers = TileBuffers.Of(shape, channels, rows, banks.AllocationAlignmentBytes) with { OutputScaleBytes = 0 }
            let placement = BankAssignment.Find(buffers, banks.Banks)
            where placement is not null
            select (Conv2dTilePlan)new TiledPlan
            {
                Shape = shape, ChannelsPerTile = channels, RowsPerTile = rows, Placement = placement.Value, AllocationAlignmentBytes = banks.AllocationAlignmentBytes,
            };
        double publishedCycles = model.CostOf(published).Cycles;
        return tiles.Append(CachePlan.Of(shape)).Where(plan => plan.RunsOnPublishedPrograms(banks))
            .Select(plan => (Plan: (Conv2dTilePlan?)plan, model.CostOf(plan).Cycles))
            .Where(one => one.Cycles <= publishedCycles - 1 && publishedCycles - one.Cycles > HalfWidth(published, one.Plan!, model))
            .OrderBy(static one => one.Cycles).FirstOrDefault();
    }

    // 8192 of 128 9 x 7 planes leave room for two output channels at a time: 125 groups of tiles, each of which extends 128 planes.
    [Fact]
    public void Find_CachePathIsCheaper_IsChosen()
    {
        Conv2dShape shape = LayerKey.Parse("128_9_7_250_3_3_5_4_2_2_1_1");
        foreach (SearchDepth depth in Enum.GetValues<SearchDepth>())
        {
            TunedPlan found = Find(shape, 8192, MachineMode.MemoryModel, depth);
            Assert.Equal(ExecutionMode.Dma, found.Published.Mode);
            Assert.Equal(CachePlan.Of(shape), found.Best);
            Assert.Equal(0, found.BestCost.DmaBytes);
        }
    }

    [Fact]
    public void Find_ImageBeyondTheScratchBuffer_StaysOffTheCachePath()
    {
        Conv2dShape shape = LayerKey.Parse("128_9_7_250_3_3_5_4_2_2_1_1");
        long scratchBytes = CachePlan.Of(shape).ScratchBytes;
        Assert.Equal(128 * 11 * 64, scratchBytes);
        Assert.Equal(ExecutionMode.Cache, FindWithScratch(scratchBytes).Best.Mode);
        Assert.Equal(ExecutionMode.Dma, FindWithScratch(scratchBytes - 1).Best.Mode);

        TunedPlan FindWithScratch(long bytes)
        {
            DspConfiguration configuration = DspConfiguration.FromBankBytes(8192, 8192) with { CacheScratchBytes = (int)bytes };
            return CompatibleTileSearch.Find(
                shape, configuration, new PlanCostModel(CostCoefficients.Calibrated, MachineMode.MemoryModel, configuration), hasOutputScales: false);
        }
    }

    // The published planner takes the cache path, whose program returns an error that nobody looks at.
    [Fact]
    public void Find_PublishedProgramComputesNothing_TilesWinWhateverTheCycles()
    {
        Conv2dShape shape = LayerKey.Parse("256_56_56_512_1_1_28_28_2_2_0_1");
        var configuration = DspConfiguration.FromBankBytes(16384, 16384);
        var model = new PlanCostModel(CostCoefficients.Calibrated.With(CoreTerm.TileSetup, 1e6), MachineMode.Release, configuration);
        TunedPlan found = CompatibleTileSearch.Find(shape, configuration, model, hasOutputScales: false);
        Assert.Equal(ExecutionMode.Cache, found.Published.Mode);
        Assert.Equal(1376256, Assert.IsType<CachePlan>(found.Published).ScratchBytes);
        Assert.Equal(ExecutionMode.Dma, found.Best.Mode);
        Assert.True(found.SavedCycles < 0);
        Assert.Equal(CompatibleTileSearch.Find(shape, configuration, model, hasOutputScales: false, SearchDepth.Exhaustive).Best, found.Best);
        Assert.False(Find(shape, 4096, MachineMode.Release, SearchDepth.Pruned).IsImproved);
    }

    [Fact]
    public void Find_ScalesPerChannel_LeavesRoomForThem()
    {
        Conv2dShape shape = LayerKey.Parse("256_4_4_1024_1_1_4_4_1_1_0_1");
        var configuration = DspConfiguration.FromBankBytes(4096, 4096);
        var model = new PlanCostModel(CostCoefficients.Calibrated, MachineMode.MemoryModel, configuration);
        const int OnlyCachePath = 1;
        Assert.Equal(OnlyCachePath, CompatibleTileSearch.Find(shape, configuration, model, hasOutputScales: true).CandidateCount);
        Assert.InRange(CompatibleTileSearch.Find(shape, configuration, model, hasOutputScales: false).CandidateCount, OnlyCachePath + 1, int.MaxValue);
    }

    [Fact]
    public void Find_NoTiledKernel_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Find(Conv2dShape.Create(4, 9, 9, 4, 5, 5, 1, 2), 4096, MachineMode.Turbo, SearchDepth.Pruned));

    private static TunedPlan Find(Conv2dShape shape, int bankBytes, MachineMode mode, SearchDepth depth, ProgramAssumptions? assumptions = null)
    {
        var configuration = DspConfiguration.FromBankBytes(bankBytes, bankBytes);
        var model = new PlanCostModel(CostCoefficients.Calibrated, mode, configuration, assumptions ?? ProgramAssumptions.Measured);
        return CompatibleTileSearch.Find(shape, configuration, model, hasOutputScales: false, depth);
    }
}
