using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Snapshots;
using TileProof.Verification;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Tests.Timing;

public sealed class CycleReportTests
{
    private static readonly Lazy<Network> SharedResNet18 = new(() => Load("resnet18"));

    [Fact]
    public void RowsOf_ResNet18AtThePublishedBanks_ComparesEveryCall()
    {
        CycleRow[] rows = [.. Report().RowsOf(SharedResNet18.Value, BankSetting.Parse("61k"), MachineMode.Release)];
        Assert.Equal(77, rows.Length);
        Assert.All(rows, row => Assert.NotNull(row.PublishedCycles));
        Assert.Equal(46783117, rows.Sum(row => row.PublishedCycles));
        Assert.InRange((rows.Sum(row => row.PredictedCycles) / 46783117.0) - 1, -0.0015, 0.0015);
        Assert.All(rows, row => Assert.InRange(
            Math.Abs(row.PredictedCycles - (row.ControlCycles + row.PrologueCycles + row.KernelCycles + row.EpilogueCycles + row.FillCycles + row.EdgeCycles
                + row.CacheCycles + row.WaitInputCycles + row.WaitCoefficientCycles + row.WaitOutputCycles)),
            0,
            5));
        CycleRow deepest = rows.Last(row => row.Operator == nameof(OperatorKind.Conv2d));
        Assert.Equal(nameof(CycleBound.Prologue), deepest.Bound);
        Assert.All(rows, row => Assert.InRange(row.MultiplyUtilization, 0, 1));
    }

    [Fact]
    public void RowsOf_ResNet18AtThePublishedBanks_PublishedCyclesLieInsideTheIntervals()
    {
        var total = new CycleErrorBar(CycleUncertainty.Calibrated, MachineMode.Release);
        CycleRow[] rows = [.. Report().RowsOf(SharedResNet18.Value, BankSetting.Parse("61k"), MachineMode.Release, total)];
        Assert.All(rows, row => Assert.InRange(row.PredictedCycles, row.LowCycles, row.HighCycles));
        Assert.All(rows, row => Assert.InRange(row.SpeedupOverGeneric!.Value, row.LowSpeedup!.Value, row.HighSpeedup!.Value));
        Assert.InRange(rows.Count(row => row.PublishedCycles >= row.LowCycles && row.PublishedCycles <= row.HighCycles) / 77.0, 0.9, 1);
        Assert.All(rows.Where(row => row.Operator == nameof(OperatorKind.Conv2d)), row => Assert.InRange(row.HighCycles - row.LowCycles, 1, 0.05 * row.PredictedCycles));
        Assert.InRange(total.HalfWidthCycles, Math.Abs(rows.Sum(row => row.PredictedCycles - row.PublishedCycles!.Value)), 0.02 * 46783117);
    }

    /// <summary>Convolutions are priced once a geometry, and while they are written: each call as its own program is, priced from its list.</summary>
    [Theory]
    [InlineData("16k", MachineMode.MemoryModel)]
    [InlineData("24kx9k", MachineMode.Release)]
    [InlineData("cache", MachineMode.MemoryModel)]
    public void Price_EveryCallOfANetwork_AsItsProgramAlone(string banks, MachineMode mode)
    {
        var bank = BankSetting.Parse(banks);
        var setting = new CallSetting(bank.Configuration, mode) { UsesBanks = !bank.CacheOnly };
        var pricer = new CallPricer(setting, CostCoefficients.Calibrated);
        int priced = 0;
        foreach (OperatorCall call in SharedResNet18.Value.Calls.SelectMany(WithScalesPerChannel))
        {
            double? expected = CyclePredictor.TryWrite(call, setting) is { } program && ProgramPricer.Covers(program)
                ? ProgramPricer.Price(call.Kind, program, new KernelCosts(CostCoefficients.Calibrated, mode, TimingAssumptions.None), setting.Machine.RingDepth).Timeline.NowCycles
                : null;
            Assert.Equal(expected, pricer.Price(call)?.Timeline.NowCycles);
            priced += expected is null ? 0 : 1;
        }

        Assert.InRange(priced, 90, 97);

        static IEnumerable<OperatorCall> WithScalesPerChannel(OperatorCall call) => call is Conv2dCall convolution
            ? [convolution, convolution with { WeightScales = [.. Enumerable.Repeat(1f, convolution.Shape.OutChannels)] }]
            : [call];
    }

    [Fact]
    public void RowsOf_OtherBanksOrMode_ComparesNothing()
    {
        Assert.All(Report().RowsOf(SharedResNet18.Value, BankSetting.Parse("16k"), MachineMode.Release), row => Assert.Null(row.PublishedCycles));
        Assert.All(Report().RowsOf(SharedResNet18.Value, BankSetting.Parse("61k"), MachineMode.Turbo), row => Assert.Null(row.PublishedCycles));
    }

    [Fact]
    public void RowsOf_CachePath_PredictsConvolutionsWithoutDma() =>
        Assert.All(
            Report().RowsOf(SharedResNet18.Value, BankSetting.WithoutBanks, MachineMode.MemoryModel).Where(row => row.Operator == nameof(OperatorKind.Conv2d)),
            row => Assert.Equal(0, row.DmaBytes));

    [Fact]
    public void RankAlone_ResNet18_WeightSumsAtLoadSaveMost()
    {
        var whatIf = new WhatIf(
            SharedResNet18.Value, DspConfiguration.FromBankBytes(PublishedCycles.FinalBankBytes, PublishedCycles.FinalBankBytes), MachineMode.Release, CostCoefficients.Calibrated);
        IReadOnlyList<WhatIfResult> ranked = whatIf.RankAlone();
        Assert.Equal(WhatIfChange.All.Count, ranked.Count);
        Assert.Equal("weight-sums-at-load", ranked[0].Changes[0].Name);
        Assert.InRange(ranked[0].SavedCycles / ranked[0].BaselineCycles, 0.65, 0.75);
        WhatIfResult together = whatIf.Apply(ranked[0].Changes[0], ranked[1].Changes[0]);
        Assert.True(together.SavedCycles > ranked[0].SavedCycles);
        Assert.Equal(0, whatIf.Apply([]).SavedCycles);
    }

    [Fact]
    public void RowsOf_ResNet50_PredictsEveryCallAndComparesThoseThatArePublished()
    {
        CycleRow[] rows = [.. Report().RowsOf(Load("resnet50"), BankSetting.Parse("61k"), MachineMode.Release)];
        Assert.Equal(175, rows.Length);
        CycleRow[] convolutions = Array.FindAll(rows, static row => row.Operator == nameof(OperatorKind.Conv2d));
        Assert.Equal(53, convolutions.Length);
        Assert.All(convolutions[..24], static row => Assert.InRange(Math.Abs(row.RelativeError!.Value), 0, 0.012));
        Assert.All(convolutions[24..], static row => Assert.Null(row.PublishedCycles));
        Assert.All(rows, static row => Assert.True(row.PredictedCycles > 0));
        Assert.All(rows, static row => Assert.Null(row.GenericCycles));
    }

    /// <summary>The generic run beside the final one takes 2,718,357,850 cycles; over the 47.2 million that the pull request states that is 57.6.</summary>
    [Fact]
    public void RowsOf_ResNet18_SpeedupOverGenericIsThatOfThePullRequest()
    {
        CycleRow[] rows = [.. Report().RowsOf(SharedResNet18.Value, BankSetting.Parse("61k"), MachineMode.Release)];
        Assert.Equal(2718357850, rows.Sum(static row => row.GenericCycles));
        Assert.InRange(rows.Sum(static row => row.GenericCycles!.Value) / (double)rows.Sum(static row => row.PredictedCycles), 0.98 * GenericCycles.PublishedSpeedup, 1.02 * GenericCycles.PublishedSpeedup);
        Assert.Equal(2129178500, Report().RowsOf(SharedResNet18.Value, BankSetting.Parse("61k"), MachineMode.Turbo).Sum(static row => row.GenericCycles));
    }

    [Fact]
    public void RowsOf_OtherInputSize_ComparesNothing()
    {
        Network network = NetworkSource.Load("resnet18", new VerifyOptions { InputHeight = 32, InputWidth = 32 }).Network;
        Assert.All(Report().RowsOf(network, BankSetting.Parse("61k"), MachineMode.Release).Where(static row => row.Operator == nameof(OperatorKind.Conv2d)), static row =>
        {
            Assert.Null(row.PublishedCycles);
            Assert.Null(row.SpeedupOverGeneric);
        });
    }

    [Fact]
    public void DmaEfficiency_SmallBanks_FallsWithInputsReadAgain()
    {
        double Of(string bank) => Report().RowsOf(SharedResNet18.Value, BankSetting.Parse(bank), MachineMode.Release).Single(static row => row.Call == "layer2.0.conv2").DmaEfficiency!.Value;
        Assert.InRange(Of("61k"), Of("16k") + 0.01, 1);
    }

    [Fact]
    public void TrafficIncreases_LayerWhoseLargerBankMovesMore_IsNamedWithBothFigures()
    {
        NetworkCycles cycles = NetworkCycles.Predict(SharedResNet18.Value, BankSetting.ParseList("24k,32k,61k"), Report(), CancellationToken.None);
        Assert.Contains("64_16_16_128_1_1_8_8_2_2_0_1: 31,232 at 24k, 32,256 at 32k", cycles.TrafficIncreases());
    }

    [Fact]
    public void Describe_ResNet18At16kAndCache()
    {
        NetworkCycles cycles = NetworkCycles.Predict(SharedResNet18.Value, BankSetting.ParseList("16k,cache"), Report(), CancellationToken.None);
        Snapshot.Verify(NetworkCycles.Describe([cycles]));
    }

    private static Network Load(string name) => NetworkSource.Load(name, new VerifyOptions()).Network;

    private static CycleReport Report() => new(CostCoefficients.Calibrated, PublishedCycles.OfThisBuild);
}
