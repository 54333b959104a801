using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;
using TileProof.Verification.Files;
using TileProof.Verification.Hazards;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.Tuning;

namespace TileProof.Tests.Tuning;

/// <summary>The tables of a tuning run by the names of their columns, from a layer whose extents, banks and last tiles all differ.</summary>
public sealed class TuningTableTests
{
    private static readonly Conv2dShape Shape = Conv2dShape.Create(6, 13, 29, 10, 3, 3, 1, 1);
    private static readonly Network Network = NetworkOf(Calls.Conv(Shape, 1, new Random(5), perChannel: false));
    private static readonly BankSetting Bank = BankSetting.Parse("4096x2048");
    private static readonly PlanCostModel Model = new(CostCoefficients.Calibrated, MachineMode.MemoryModel, CaseMatrix.ConfigurationFor(Bank));
    private static readonly Conv2dTilePlan Published = CaseMatrix.PlanFor(Shape, Bank);
    private static readonly Conv2dTilePlan Tuned = Published with { ChannelsPerTile = 3, RowsPerTile = 2 };

    [Fact]
    public void TuningRow_OfThreeRuns_EveryColumnByItsName()
    {
        PlanCost before = Model.CostOf(Published);
        PlanCost after = Model.CostOf(Tuned);
        CaseResult run = RunOf(Tuned);
        Dictionary<string, string> row = RowOf([run, run, run], [run]);
        Assert.Equal(("net", Shape.ConfigKey, "3", "4096x2048"), (row["network"], row["config_key"], row["calls"], row["bank"]));
        Assert.Equal((Published.ToString(), Tuned.ToString()), (row["published_plan"], row["tuned_plan"]));
        Assert.NotEqual(row["published_plan"], row["tuned_plan"]);
        Assert.Equal(("True", "True"), (row["published_computes"], row["compatible"]));
        Assert.Equal((Text(before.WholeCycles), Text(after.WholeCycles)), (row["published_cycles"], row["tuned_cycles"]));
        Assert.NotEqual(row["published_cycles"], row["tuned_cycles"]);
        Assert.Equal((Text(before.DmaBytes), Text(after.DmaBytes)), (row["published_dma_bytes"], row["tuned_dma_bytes"]));
        Assert.NotEqual(row["published_dma_bytes"], row["tuned_dma_bytes"]);
        Assert.Equal(100 * (before.Cycles - after.Cycles) / before.Cycles, double.Parse(row["saved_percent"], System.Globalization.CultureInfo.InvariantCulture), 0.006);
        Assert.Equal(Text(3 * Shape.OutputShape().ElementCount), row["bytes_compared"]);
        Assert.Equal(("0", "0", "0"), (row["mismatches"], row["hazards"], row["published_program_mismatches"]));
        Assert.NotEqual("", row["why_better"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void TuningRow_OneDefect_CountsWhereverItsRunIs(int at)
    {
        CaseResult right = RunOf(Tuned);
        CaseResult[] runs = [right, right, right];
        runs[at] = right with { Difference = right.Difference with { DifferingElements = 7 }, Fault = "ring full" };
        Dictionary<string, string> row = RowOf(runs, [right]);
        Assert.Equal(("7", "1", "0"), (row["mismatches"], row["hazards"], row["published_program_mismatches"]));
        row = RowOf([right], runs);
        Assert.Equal(("0", "0", "7"), (row["mismatches"], row["hazards"], row["published_program_mismatches"]));
        Assert.Equal("", RowOf(runs, [])["published_program_mismatches"]);
    }

    // A layer whose best plan differs between modes: the row of a mode counts the runs of both plans that it prices.
    [Fact]
    public void ModeRows_OneWrongRun_CountsInTheModesOfItsPlan()
    {
        BankSetting bank = BankSetting.Parse("8k");
        var options = new TuneOptions { Settings = new VerifyOptions { Banks = [bank] }, IsFree = true, ComparesBanks = false };
        foreach (Conv2dShape shape in ResNetLayerShapes.ResNet18.Where(static shape => shape.OutChannels <= 128))
        {
            Network network = NetworkOf(Calls.Conv(shape, 1, new Random(5), perChannel: false));
            var searches = ModeSearches.Run([.. network.Convolutions], [bank], options, new RecordedProgress(), CancellationToken.None);
            Conv2dTilePlan[] plans = [.. searches.BestPlans(bank, shape)];
            if (plans.Length == 1)
            {
                continue;
            }

            CaseResult[] right = [.. plans.Select(plan => RunOf(network, bank, plan))];
            for (int wrong = 0; wrong < plans.Length; wrong++)
            {
                CaseResult[] runs = [.. right.Select((run, index) => index == wrong ? run with { Difference = new TensorDifference(9, 5, null), Fault = "ring full" } : run)];
                TuningModeRow[] rows = [.. TuningModeTable.Of(network, searches, [bank], new TuningProof(runs, []))];
                Assert.Equal(ModeSearches.Modes.Select(ChoiceList.NameOf), rows.Select(static row => row.Mode));
                Assert.All(ModeSearches.Modes.Zip(rows), pair =>
                {
                    bool concerned = searches[pair.First][bank, shape].Best == plans[wrong] || searches.Chosen[bank, shape].Best == plans[wrong];
                    Assert.Equal(concerned ? (5, 1) : (0, 0), (pair.Second.Mismatches, pair.Second.Hazards));
                });
            }

            return;
        }

        Assert.Fail("every layer has one plan for all modes");
    }

    [Fact]
    public void BankSizes_Front_IsWhatNoSmallerBankReaches()
    {
        var search = TuningSearch.Run([.. Network.Convolutions], BankSizeTable.BanksOf(DescribedMachine.Published), new TuneOptions(), new RecordedProgress(), CancellationToken.None);
        IReadOnlyList<BankSizeRow> rows = BankSizeTable.Of(Network, search, DescribedMachine.Published);
        Assert.Equal(BankSizeTable.BanksOf(DescribedMachine.Published).Select(static bank => bank.Dram0Bytes), rows.Select(static row => row.BankBytes));
        for (int index = 0; index < rows.Count; index++)
        {
            BankSizeRow row = rows[index];
            TunedPlan found = search[BankSizeTable.BanksOf(DescribedMachine.Published)[index], Shape];
            Assert.Equal((found.PublishedCost.WholeCycles, found.BestCost.WholeCycles), (row.PublishedCycles, row.TunedCycles));
            Assert.Equal(rows.Take(index).All(smaller => smaller.PublishedCycles > row.PublishedCycles), row.PublishedOnFront);
            Assert.Equal(rows.Take(index).All(smaller => smaller.TunedCycles > row.TunedCycles), row.TunedOnFront);
            Assert.Equal(row.PublishedCycles <= 1.05 * rows.Min(static one => one.PublishedCycles), row.PublishedNearBest);
            Assert.Equal(row.TunedCycles <= 1.05 * rows.Min(static one => one.TunedCycles), row.TunedNearBest);
            Assert.Equal((found.Published.Mode == ExecutionMode.Cache ? 1 : 0, found.Best.Mode == ExecutionMode.Cache ? 1 : 0), (row.PublishedCacheCalls, row.TunedCacheCalls));
        }

        // Above some size nothing gets faster, so that equal cycles are not on the front.
        Assert.Equal(rows[^1].TunedCycles, rows[^2].TunedCycles);
        Assert.False(rows[^1].TunedOnFront);
    }

    private static Dictionary<string, string> RowOf(IReadOnlyList<CaseResult> runs, IReadOnlyList<CaseResult> publishedRuns)
    {
        var found = new TunedPlan(Published, Model.CostOf(Published), Tuned, Model.CostOf(Tuned), CandidateCount: 2, PlayedCount: 2);
        using var text = new StringWriter();
        CsvReport.Write(text, [TuningRow.Of("net", Bank, found, new TuningProof(runs, publishedRuns), 3, MachineMode.MemoryModel)]);
        return Assert.Single(CsvRows.Parse(text.ToString()));
    }

    private static CaseResult RunOf(Conv2dTilePlan plan) => RunOf(Network, Bank, plan);

    private static CaseResult RunOf(Network network, BankSetting bank, Conv2dTilePlan plan)
    {
        Conv2dCall call = network.Convolutions.Single();
        Tensor input = Calls.RandomInt8(new Random(6), call.Input.Shape);
        Tensor expected = new ScalarOracle().Run(call, input);
        var golden = new GoldenCall { Network = "net", Call = call, Reference = "scalar-oracle", Inputs = [input], Expected = expected, Agreements = [] };
        return CaseResult.Run(new ConformanceCase(golden, bank, LandingKind.AtWait, ParameterDerivation.L1Norm) { Plans = new ConvolutionPlans([plan]) }, 1);
    }

    private static Network NetworkOf(Conv2dCall call)
    {
        var input = new TensorInfo("input", call.Input.Shape, ElementType.Float32, null);
        var quantize = new QuantizePerTensorCall { Index = 0, Name = "quantize", Inputs = [input], Output = call.Input };
        return new Network("net", input, [quantize, call with { Index = 1 }]);
    }

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
