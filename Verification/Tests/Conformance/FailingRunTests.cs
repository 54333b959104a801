using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Tuning;
using static TileProof.Tests.Conformance.SoundOutcome;

namespace TileProof.Tests.Conformance;

/// <summary>Real runs that must fail: wrong goldens, plans that do not fit, and the published programs.</summary>
public sealed class FailingRunTests
{
    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void Case_OneByteOfTheGoldenDiffers_IsFoundWhereItIs(Place place)
    {
        GoldenCall golden = Value.Goldens[At(place, Value.Goldens.Count)];
        GoldenCall damaged = golden with { Expected = Damage(golden.Expected, place) };
        var result = CaseResult.Run(new ConformanceCase(damaged, Options.Banks[1], LandingKind.Modelled, Options.Derivation), landingSeed: 1);

        Assert.False(result.IsProven);
        Assert.Equal(1, result.Difference.DifferingElements);
        Assert.Equal(golden.Expected.Shape.IndexOf(At(place, golden.Expected.Bytes.Length) / golden.Expected.ElementType.SizeBytes()), result.Difference.First!.Index);
        Assert.NotEqual("", result.LikelyCause);
        Assert.Equal(CaseResult.HashOf(golden.Expected), result.OutputHash);
        Assert.NotEqual(CaseResult.HashOf(damaged.Expected), result.OutputHash);
    }

    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void EndToEnd_OneByteOfOneGoldenDiffers_IsFoundWhereItIs(Place place)
    {
        int index = At(place, Value.Goldens.Count);
        IReadOnlyList<GoldenCall> goldens = Value.Goldens.With(index, golden => golden with { Expected = Damage(golden.Expected, place) });
        var result = EndToEndResult.Run(SampleNetwork.Create(), Value.Goldens[0].Inputs[0], goldens, Options.Banks[0], LandingKind.AtWait, Options);

        Assert.False(result.IsProven);
        Assert.Equal((1L, goldens[index].Call.Name), (result.DifferingElements, result.FirstDifferingCall));
        Assert.Equal(goldens.Sum(static golden => (long)golden.Expected.Bytes.Length), result.ComparedBytes);
        Assert.NotNull(result.First);
    }

    /// <summary>The tiles of large banks in small ones: a fault of that call and of every whole network, each a row, at that bank setting only.</summary>
    [Fact]
    public void Run_PlanThatDoesNotFit_IsAFaultOfTheCaseAndOfTheNetwork()
    {
        Conv2dCall call = SampleNetwork.Create().Convolutions.First();
        Conv2dTilePlan plan = Conv2dTilePlanner.Plan(call.Shape, DspConfiguration.FromBankBytes(62976, 62976));
        BankSetting small = BankSetting.OfBanks(1024, 2048);
        VerifyOptions options = Options with { Banks = [Options.Banks[0], small], AdversarialSchedules = 3, Plans = new PlanSet([new BankPlans(small, [plan], HasOutputScales: false)]) };

        ConformanceOutcome outcome = SoundOutcome.Run(options);

        Assert.Equal(ExitCode.NotProven, outcome.Verdict.ExitCode);
        CaseResult[] faulted = [.. outcome.Cases.Where(static one => !one.IsProven)];
        Assert.Equal([(call.Name, small), (call.Name, small)], faulted.Select(static one => (one.Case.Golden.Call.Name, one.Case.Bank)));
        Assert.All(faulted, static one => Assert.NotNull(one.Fault));
        Assert.Equal([null, null, true, true], outcome.EndToEnd.Select(run => run.Fault?.StartsWith($"{call.Name}: ", StringComparison.Ordinal)));
        Assert.All(outcome.EndToEnd.Skip(2), static run => Assert.Equal("", run.OutputHash));
        Assert.Equal([(call.Name, small.Label, 3)], outcome.Adversarial.Where(static row => row.Harmed > 0).Select(static row => (row.Call, row.Bank, row.Harmed)));
        Assert.Contains(" 4 faults, 4 failures, ", outcome.Verdict.Line, StringComparison.Ordinal);
        Assert.Contains(" 3 harmed adversarial schedules", outcome.Verdict.Line, StringComparison.Ordinal);
    }

    /// <summary>The published programs break rules; every violation, layer by layer and end to end, is a row and counted, and the exit code is 1.</summary>
    [Fact]
    public void Execute_PublishedPrograms_ExitsWithOne()
    {
        using var folder = new TemporaryFolder();
        using var output = new StringWriter { NewLine = "\n" };
        var options = new VerifyOptions
        {
            Networks = ["resnet18"],
            Banks = [BankSetting.Parse("16384x8192")],
            Landings = [LandingKind.AtIssue, LandingKind.AtWait],
            Programs = ProgramLibrary.Published,
            AccuracyImages = 0,
            OutputFolder = folder.FullPath,
        };

        Assert.Equal(ExitCode.NotProven, ConformanceRun.Execute(options, new RecordedProgress(), output, CancellationToken.None));

        string line = output.ToString().Split('\n').Single(static line => line.StartsWith("NOT proven: ", StringComparison.Ordinal));
        IReadOnlyList<IReadOnlyDictionary<string, string>> hazards = [.. CsvTable.Read(folder["hazards.csv"]).Where(static row => row["severity"] == "violation")];
        Assert.Contains($", {hazards.Count} hazards, ", line, StringComparison.Ordinal);
        foreach (string run in new[] { "layer", "end-to-end" })
        {
            Assert.Contains(hazards, row => row["run"] == run && row["call"] == "conv1");
            Assert.All(hazards.Where(row => row["run"] == run), static row => Assert.NotEqual("", row["config_key"]));
        }

        Assert.All(CsvTable.Read(folder["end_to_end.csv"]), static row => Assert.NotEqual("0", row["hazards"]));
        int failures = CsvTable.Read(folder["conformance.csv"]).Count(static row => row["hazards"] != "0" || row["mismatches"] != "0" || row["fault"].Length > 0) + 2;
        Assert.Contains($", {failures} failures, ", line, StringComparison.Ordinal);
    }

    /// <summary>What options leave out is said, in the line and by number.</summary>
    [Fact]
    public void Run_CallsLeftOut_AreSaid()
    {
        int calls = SampleNetwork.Create().Calls.Count;

        Assert.Equal(
            [$"{calls - 2} of {calls} calls left out by --layers", "whole networks end to end"],
            SoundOutcome.Run(Options with { Layers = ["conv1", "softmax"], AdversarialSchedules = 0 }).Verdict.NotCovered);

        ConformanceOutcome tiled = SoundOutcome.Run(Options with { Modes = [ExecutionMode.Dma], AdversarialSchedules = 0 });
        int pairs = calls * Options.Banks.Count;
        int covered = tiled.Cases.Select(static one => (one.Case.Golden.Call.Index, one.Case.Bank)).Distinct().Count();
        Assert.InRange(covered, 1, (calls * 2) - 1);
        Assert.Equal([$"{pairs - covered} of {pairs} calls at a bank setting left out by --modes", "whole networks end to end"], tiled.Verdict.NotCovered);
        Assert.EndsWith($"; not covered: {string.Join("; ", tiled.Verdict.NotCovered)}", tiled.Verdict.Line, StringComparison.Ordinal);
    }

    /// <summary>A network that ends in a convolution without a tiled kernel is proven, and the verdict says which kernel that was.</summary>
    [Fact]
    public void Run_NetworkEndsInAnUntiledConvolution_IsProven()
    {
        var shape = Conv2dShape.Create(3, 16, 24, 5, 13, 5, 1, 2);
        var input = new TensorInfo("input", shape.InputShape(), ElementType.Float32, null);
        var levels = new TensorInfo("levels", input.Shape, ElementType.Int8, QuantizationParameters.FromScale(0.02f, 3));
        var output = new TensorInfo("output", shape.OutputShape(), ElementType.Int8, QuantizationParameters.FromScale(0.4f, -7));
        var network = new Network("untiled", input,
        [
            new QuantizePerTensorCall { Index = 0, Name = "quantize", Inputs = [input], Output = levels },
            new Conv2dCall
            {
                Index = 1,
                Name = "conv",
                Inputs = [levels],
                Output = output,
                Shape = shape,
                Weights = [.. Enumerable.Range(0, shape.WeightCount).Select(static i => (sbyte)((i * 37 % 255) - 127))],
                Bias = [10, -200, 3000, 0, 7],
                WeightScales = [0.003f],
            },
        ]);

        ConformanceOutcome outcome = SoundOutcome.Run(Options, network);

        Assert.Empty(outcome.FoundHazards.Select(static found => found.Hazard.ToString()));
        Assert.True(outcome.Verdict.IsProven, outcome.Verdict.Line);
        Assert.Equal(["1 convolution in the generic kernel, which has no tiles"], outcome.Verdict.NotCovered);
    }

    /// <summary>An output of one value, but for its last element, is no constant; one element alone is none either.</summary>
    [Fact]
    public void NotCovered_ConstantOutputs_AreCounted()
    {
        ConformanceOutcome constant = Value with
        {
            Goldens = Value.Goldens.With(3, static golden => golden with { Expected = Tensor.Create(golden.Expected.Shape, golden.Expected.ElementType) }),
        };
        ConformanceOutcome almost = constant with
        {
            Goldens = constant.Goldens.With(3, static golden => golden with { Expected = Damage(golden.Expected, Place.Last) }),
        };

        Assert.Equal(["1 call whose output is one constant on this image, which proves little"], constant.Verdict.NotCovered);
        Assert.Empty(almost.Verdict.NotCovered);
    }
}
