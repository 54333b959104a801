using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Tests.Timing;

/// <summary>The timing model against the published cycles: what the fit must reach, on calls it saw and on calls it did not.</summary>
public sealed class CalibrationTests
{
    private static readonly Lazy<CalibrationResult> Shared = new(() => CalibrationRun.Calibrate(PublishedCycles.Read(RepositoryPaths.Fixture("published"))));

    private static CalibrationResult Result => Shared.Value;

    public static TheoryData<string> FinalRuns => [PublishedCycles.FinalResNet18Run, PublishedCycles.FinalResNet50Run];

    public static TheoryData<string> MemoryModelRuns => [.. PublishedCycles.MemoryModelRuns];

    public static TheoryData<string, string, double> SweepSteps => new()
    {
        { PublishedCycles.SweepRuns[1], PublishedCycles.SweepRuns[0], 2701054 },
        { PublishedCycles.SweepRuns[2], PublishedCycles.SweepRuns[1], 5202411 },
        { PublishedCycles.SweepRuns[3], PublishedCycles.SweepRuns[2], 25001847 },
    };

    [Theory]
    [InlineData(PublishedCycles.FinalResNet18Run, 20, 0.0009, 0.0025)]
    [InlineData(PublishedCycles.FinalResNet50Run, 24, 0.0008, 0.0020)]
    public void Convolutions_PrintFreeRun_MedianMaximumAndTotalWithinTargets(string run, int calls, double median, double maximum)
    {
        CycleObservation[] convolutions = [.. Result.CallsOf(run).Where(o => o.Plan is not null)];
        ErrorStatistics errors = ErrorStatistics.Of(convolutions.Select(Result.Core.NetError));
        Assert.Equal(calls, errors.Count);
        Assert.InRange(errors.Median, 0, median);
        Assert.InRange(errors.Maximum, 0, maximum);
        Assert.InRange(Result.TotalError(convolutions), -0.001, 0.001);
    }

    [Theory]
    [MemberData(nameof(FinalRuns))]
    public void OtherOperators_PrintFreeRun_MedianWithinTwoPercentAndAllWithinSix(string run)
    {
        ErrorStatistics errors = ErrorStatistics.Of(Result.CallsOf(run).Where(o => o.Plan is null).Select(Result.Core.NetError));
        Assert.InRange(errors.Median, 0, 0.02);
        Assert.InRange(errors.Maximum, 0, 0.06);
    }

    [Fact]
    public void LeaveOneRunOut_PrintFreeRuns_MedianWithinFourPercent()
    {
        Assert.Equal(10, Result.LeaveOneRunOut.Count);
        HeldOutResult[] final = [.. Result.LeaveOneRunOut.Where(held => held.HeldOut is PublishedCycles.FinalResNet18Run or PublishedCycles.FinalResNet50Run)];
        Assert.Equal([77, 80], final.Select(held => held.Observations.Count));
        // Without the only run of its build, the cost of that build is not known.
        Assert.All(final, held => Assert.InRange(ErrorStatistics.Of(held.RelativeErrors).Median, 0, 0.04));
    }

    [Fact]
    public void LeaveOneLayerOut_PrintFreeConvolutions_MedianWithinAThirdOfAPercent()
    {
        CycleObservation[] convolutions = [.. Result.Observations.Where(o => o.Mode == MachineMode.Release && o.Plan is not null)];
        Assert.Equal(19, convolutions.DistinctBy(o => o.LayerKey).Count());
        ErrorStatistics errors = ErrorStatistics.Of(convolutions.Select(o => Result.HeldOutError(o)!.Value));
        Assert.InRange(errors.Median, 0, 0.003);
        Assert.InRange(errors.Maximum, 0, 0.006);
    }

    // Quantize, add, relu and dequantize, each by itself, with the build of its run.
    [Fact]
    public void ElementwiseOperators_PrintFreeRuns_MediansWithinTwoPercentOfFittedAndLeftOutLayers()
    {
        foreach (OperatorKind kind in new[] { OperatorKind.QuantizePerTensor, OperatorKind.Add, OperatorKind.QuantizedRelu, OperatorKind.DequantizePerTensor })
        {
            CycleObservation[] calls = [.. Result.Observations.Where(o => o.Mode == MachineMode.Release && o.Kind == kind)];
            Assert.InRange(ErrorStatistics.Of(calls.Select(Result.Core.NetError)).Median, 0, 0.0125);
            Assert.InRange(ErrorStatistics.Of(calls.Select(o => Result.HeldOutError(o)!.Value)).Median, 0, 0.0125);
            Assert.InRange(ErrorStatistics.Of(calls.Select(o => Result.HeldOutError(o)!.Value)).Maximum, 0, 0.05);
        }
    }

    // One number tells both builds apart; a prediction is of the later one.
    [Fact]
    public void InputLine_TellsBothBuildsApart()
    {
        Assert.InRange(Result.Coefficients[MachineMode.Release, MemoryTerm.InputLine], 0.8, 1.1);
        CycleObservation[] both = [.. Result.Observations.Where(o => o.Kind == OperatorKind.QuantizePerTensor && o.Mode == MachineMode.Release && o.ElementCount == 16384).DistinctBy(o => o.Run)];
        double[] lines = [.. both.Select(o => ObservationModel.Play(o, Result.Coefficients, countTerms: true).Counts![MemoryTerm.InputLine])];
        Assert.Equal([0, 16384 * 4 / 128], lines);
    }

    [Fact]
    public void Intervals_OfAPrediction_ReachBothBuilds()
    {
        CycleObservation call = Result.Observations.First(o => o.Run == PublishedCycles.FinalResNet50Run && o.Kind == OperatorKind.Add);
        TermCounts counts = ObservationModel.Play(call, Result.Coefficients, countTerms: true).Counts!;
        double known = CycleUncertainty.Calibrated.CoefficientVariance(call.Mode, counts.Values, knowsBuild: true);
        double both = CycleUncertainty.Calibrated.CoefficientVariance(call.Mode, counts.Values);
        Assert.Equal(
            counts[MemoryTerm.InputLine] * Result.Coefficients[call.Mode, MemoryTerm.InputLine], CycleUncertainty.DeviationsOf95Percent * Math.Sqrt(both - known), 0.5);
    }

    [Fact]
    public void Document_TheTableOfTheFit() =>
        Assert.Equal(CalibrationTable.WithTable(File.ReadAllText(Path.Combine(RepositoryPaths.RepositoryRoot, "docs", "cycles.md")), Result), File.ReadAllText(Path.Combine(RepositoryPaths.RepositoryRoot, "docs", "cycles.md")));

    // Without the layer nothing may be known of it: a fit that had seen it would be off by less than its own residual.
    [Fact]
    public void LeaveOneLayerOut_EveryLayer_HoldsAllItsCallsAndIsWorseThanTheFit()
    {
        Assert.Equal(51, Result.LeaveOneLayerOut.Count);
        Assert.Equal(746, Result.LeaveOneLayerOut.Sum(held => held.Observations.Count));
        Assert.All(Result.LeaveOneLayerOut, held => Assert.All(held.Observations, o => Assert.Equal(held.HeldOut, o.LayerKey)));
        CycleObservation[] convolutions = [.. Result.Observations.Where(o => o.Mode == MachineMode.Release && o.Plan is not null)];
        Assert.True(convolutions.Sum(o => Math.Abs(Result.HeldOutError(o)!.Value)) > 1.5 * convolutions.Sum(o => Math.Abs(Result.Core.NetError(o))));
    }

    // Two figures, one coefficient: the structure (no wait for weights, a vector a cycle, weights written back) must do the rest.
    [Theory]
    [InlineData(OperatorKind.QuantizedLinear, 255043, 0.045)]
    [InlineData(OperatorKind.QuantizedLinear, 153046, 0.045)]
    [InlineData(OperatorKind.Mean, 4375, 0.035)]
    [InlineData(OperatorKind.Mean, 1556, 0.035)]
    public void LeaveOneLayerOut_MeanAndLinear_FollowFromTheOtherFigure(OperatorKind kind, long cycles, double tolerance) =>
        Assert.InRange(Result.HeldOutError(Assert.Single(Result.Observations, o => o.Kind == kind && o.Cycles == cycles))!.Value, -tolerance, tolerance);

    [Fact]
    public void Intervals_FiguresLeftOutInTurn_HoldNinetyToNinetyNinePercent()
    {
        CycleObservation[] counted = [.. Result.Observations.Where(o => Result.HeldOutError(o) is not null)];
        Assert.Equal(746, counted.Length);
        Assert.InRange((double)counted.Count(Result.IsCovered) / counted.Length, 0.90, 0.99);
    }

    // An operator whose errors are larger than those of the others needs an interval of its own.
    [Fact]
    public void Intervals_EveryOperatorOfTwentyFigures_HoldNinetyPercent()
    {
        var groups = Result.Observations.Where(o => Result.HeldOutError(o) is not null).GroupBy(o => (o.Mode, o.UsesDma, o.Kind)).Where(group => group.Count() >= 20).ToList();
        Assert.Contains(groups, static group => group.Key == (MachineMode.Release, true, OperatorKind.QuantizedRelu));
        Assert.All(groups, group =>
        {
            double covered = (double)group.Count(Result.IsCovered) / group.Count();
            Assert.True(covered >= 0.90, $"{group.Key}: {covered:P1}");
        });
    }

    [Fact]
    public void Uncertainty_OfTheBuild_EqualsAFreshCalibration()
    {
        Assert.Equal(CalibrationRun.ReplicateCount, CycleUncertainty.Calibrated.Replicates.Count);
        Assert.Equal(Result.Uncertainty.Spreads.Keys.Order(StringComparer.Ordinal), CycleUncertainty.Calibrated.Spreads.Keys.Order(StringComparer.Ordinal));
        foreach ((string key, CycleSpread fresh) in Result.Uncertainty.Spreads)
        {
            CycleSpread built = CycleUncertainty.Calibrated.Spreads[key];
            Assert.True(Math.Abs(fresh.Own - built.Own) <= 1e-4 * fresh.Own && Math.Abs(fresh.Shared - built.Shared) <= 1e-4 * fresh.Shared, $"{key}: {built} in the build, {fresh} afresh; run `tileproof calibrate`.");
        }

        foreach (CoreTerm term in Enum.GetValues<CoreTerm>())
        {
            AssertSame(costs => costs[term], term.ToString());
        }

        foreach (MemoryTerm term in Enum.GetValues<MemoryTerm>())
        {
            AssertSame(costs => costs[MachineMode.Release, term], $"release {term}");
            AssertSame(costs => costs[MachineMode.MemoryModel, term], $"memory model {term}");
        }

        static void AssertSame(Func<CostCoefficients, double> valueOf, string term) =>
            Assert.True(Math.Abs(Result.Uncertainty.HalfWidthOf(valueOf) - CycleUncertainty.Calibrated.HalfWidthOf(valueOf)) <= 1e-3 * Math.Max(Result.Uncertainty.HalfWidthOf(valueOf), 0.01), term);
    }

    // A wait that is not on the path, or one that is and was not counted, makes the linear form differ.
    [Fact]
    public void Counts_OfEveryPublishedCall_AreTheDerivativeOfItsCycles()
    {
        foreach (CycleObservation call in Result.Observations.DistinctBy(o => o.StructureKey))
        {
            EventTimeline timeline = ObservationModel.Play(call, Result.Coefficients, countTerms: true);
            // Where transfers take no time, every wait is about to begin: there is no derivative.
            MemoryTerm[] terms = call.Mode == MachineMode.Turbo ? [] : [MemoryTerm.DmaLatency, MemoryTerm.DmaByte, MemoryTerm.DmaStoreByte, MemoryTerm.WriteBackLine];
            foreach (MemoryTerm term in terms)
            {
                double step = 1e-5 * Math.Max(Result.Coefficients[call.Mode, term], 1e-2); // far above the rounding of a million cycles, far below any wait
                double changed = ObservationModel.Predict(call, Result.Coefficients.With(call.Mode, term, Result.Coefficients[call.Mode, term] + step));
                Assert.Equal((changed - timeline.NowCycles) / step, timeline.Counts![term], 0.02 + (1e-3 * Math.Abs(timeline.Counts[term])));
            }

            double core = ObservationModel.Predict(call, Result.Coefficients.With(CoreTerm.TileSetup, Result.Coefficients[CoreTerm.TileSetup] + 1e-3));
            Assert.Equal((core - timeline.NowCycles) / 1e-3, timeline.Counts![CoreTerm.TileSetup], 0.01);
        }
    }

    [Theory]
    [MemberData(nameof(SweepSteps))]
    public void SweepDifference_ConvolutionsWithoutTilePrints_WithinFivePercent(string run, string larger, double publishedCycles)
    {
        double difference = Result.CallsOf(run).Zip(Result.CallsOf(larger))
            .Where(pair => pair.First.Plan is not null && pair.First.TilePrintCount == 0 && pair.Second.TilePrintCount == 0)
            .Sum(pair => pair.First.Cycles - pair.Second.Cycles);
        Assert.Equal(publishedCycles, difference);
        Assert.InRange(Result.SweepDifferenceError(run, larger), -0.05, 0.05);
    }

    [Theory]
    [MemberData(nameof(MemoryModelRuns))]
    public void MemoryModelRun_TotalAndConvolutions_WithinTargets(string run)
    {
        CycleObservation[] calls = [.. Result.CallsOf(run)];
        Assert.InRange(Result.TotalError(calls), -0.05, 0.05);
        ErrorStatistics layers = ErrorStatistics.Of(calls.Where(o => o.Plan is not null).Select(Result.MemoryModel.NetError));
        Assert.Equal(20, layers.Count);
        Assert.InRange(layers.Median, 0, 0.08);
        Assert.InRange(layers.Maximum, 0, 0.23);
    }

    [Fact]
    public void Coefficients_OfTheBuild_EqualAFreshCalibration()
    {
        foreach (CoreTerm term in Enum.GetValues<CoreTerm>())
        {
            AssertClose(Result.Coefficients[term], CostCoefficients.Calibrated[term], term.ToString());
        }

        foreach (MachineMode mode in Enum.GetValues<MachineMode>())
        {
            foreach (MemoryTerm term in Enum.GetValues<MemoryTerm>())
            {
                AssertClose(Result.Coefficients[mode, term], CostCoefficients.Calibrated[mode, term], $"{mode} {term}");
            }
        }

        static void AssertClose(double fresh, double built, string term) =>
            Assert.True(Math.Abs(fresh - built) <= 1e-5 * Math.Max(fresh, 1e-3), $"{term}: {built} in the build, {fresh} fitted afresh; run `tileproof calibrate`.");
    }

    [Fact]
    public void Prologue_PrintFreeResNet18_TakesMostOfTheConvolutionCycles()
    {
        double prologue = 0;
        double all = 0;
        foreach (CycleObservation call in Result.CallsOf(PublishedCycles.FinalResNet18Run).Where(o => o.Plan is not null))
        {
            EventTimeline timeline = ObservationModel.Play(call, Result.Coefficients);
            prologue += timeline.Split[CycleCategory.Prologue];
            all += timeline.NowCycles;
        }

        Assert.InRange(prologue / all, 0.68, 0.76);
        Assert.InRange(Result.Coefficients[CoreTerm.PrologueWeight], 2.9, 3.1);
    }

    [Fact]
    public void Report_OfTheFit_StatesFreeCoefficientsEveryPrintFreeCallAndTheCachePath()
    {
        using var writer = new StringWriter();
        CalibrationReport.Write(Result, writer);
        string text = writer.ToString();
        Assert.Contains($"{Result.Core.Parameters.Count} free coefficients, {Result.Core.Stage.Observations.Count} calls", text, StringComparison.Ordinal);
        Assert.Contains("MemoryModel, cache path, Conv2d", text, StringComparison.Ordinal);
        Assert.Equal(77 + 80 + 80, text.Split('\n').Count(line => line.StartsWith("  resnet18 ", StringComparison.Ordinal) || line.StartsWith("  resnet50 ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Read_FieldThatIsNoNumber_NamesFileAndLine()
    {
        using var folder = new TemporaryFolder();
        string good = File.ReadAllText(RepositoryPaths.Fixture("published", "iss_cycles_resnet50_stage1_2.csv"));
        File.WriteAllText(Path.Combine(folder.FullPath, "iss_cycles_resnet50_stage1_2.csv"), good);
        string[] lines = File.ReadAllLines(RepositoryPaths.Fixture("published", "iss_cycles_resnet18.csv"));
        int row = Array.FindIndex(lines, line => line.StartsWith("resnet18_quant.log,", StringComparison.Ordinal));
        lines[row] = lines[row].Replace(",2855", ",many", StringComparison.Ordinal);
        File.WriteAllLines(Path.Combine(folder.FullPath, "iss_cycles_resnet18.csv"), lines);
        FormatException exception = Assert.Throws<FormatException>(() => PublishedCycles.Read(folder.FullPath));
        Assert.Contains($"iss_cycles_resnet18.csv({row + 1})", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Solve_KnownSystem_FindsTheConstrainedMinimum()
    {
        // Without the constraint the second coefficient would be -1.
        var matrix = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 1 }, { 1, 2 }, { 1, 3 } });
        var target = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense([3.0, 2.0, 1.0]);
        var solution = NonNegativeLeastSquares.Solve(matrix, target);
        Assert.Equal(2, solution[0], 9);
        Assert.Equal(0, solution[1]);
    }

    [Fact]
    public void FromJson_OfToJson_GivesTheSameFile()
    {
        string json = CostCoefficients.Calibrated.ToJson("test");
        Assert.Equal(json, CostCoefficients.FromJson(json).ToJson("test"));
        Assert.Throws<FormatException>(() => CostCoefficients.FromJson("{\"core\":{\"Nothing\":{\"cycles\":1}},\"memory\":{}}"));
        Assert.Throws<FormatException>(() => CostCoefficients.FromJson("{\"core\":{\"Pack\":{\"cycles\":-1}},\"memory\":{}}"));
        Assert.Throws<FormatException>(() => CostCoefficients.FromJson("no json"));
    }

    [Fact]
    public void FromJson_OfUncertainty_GivesTheSameFile()
    {
        string json = CycleUncertainty.Calibrated.ToJson("test");
        Assert.Equal(json, CycleUncertainty.FromJson(CostCoefficients.Calibrated, json).ToJson("test"));
        Assert.Throws<FormatException>(() => CycleUncertainty.FromJson(CostCoefficients.Calibrated, "{\"spreads\":{},\"replicates\":{\"Nothing\":[1]}}"));
        Assert.Throws<FormatException>(() => CycleUncertainty.FromJson(CostCoefficients.Calibrated, "{\"spreads\":{}}"));
        Assert.Throws<FormatException>(() => CycleUncertainty.FromJson(CostCoefficients.Calibrated, "no json"));
    }
}
