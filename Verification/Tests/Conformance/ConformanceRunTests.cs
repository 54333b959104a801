using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Snapshots;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Tests.Conformance;

/// <summary>The run as a whole, on parts of the built-in networks.</summary>
public sealed class ConformanceRunTests
{
    /// <summary>One network at two bank settings, every call and landing: the summary that a reviewer sees change.</summary>
    [Fact]
    public void Summary_ResNet18At16kAndCache()
    {
        var options = new VerifyOptions { Networks = ["resnet18"], Banks = [BankSetting.Parse("16k"), BankSetting.WithoutBanks] };

        ConformanceOutcome outcome = Run(options);

        Assert.True(outcome.Verdict.IsProven);
        Assert.Equal(77 * 2 * 3, outcome.Cases.Count);
        Assert.Equal(2 * 3, outcome.EndToEnd.Count);
        Snapshot.Verify(SummaryReport.Write(outcome, outcome.Verdict, "(versions)", options.Settings));
    }

    /// <summary>Shapes that a user may bring: every call equals the golden, and whole networks equal it end to end.</summary>
    [Theory]
    [InlineData(63, 65, 1, "16k")]
    [InlineData(33, 47, 2, "61k")]
    [InlineData(1, 1, 1, "8k")]
    [InlineData(7, 5, 3, "8192x4096")]
    public void Run_OddInputsAndBatches_Proven(int height, int width, int batch, string bank)
    {
        var options = new VerifyOptions
        {
            Networks = ["resnet18"], InputHeight = height, InputWidth = width, Batch = batch, Banks = [BankSetting.Parse(bank)], Landings = [LandingKind.AtWait],
        };

        ConformanceOutcome outcome = Run(options);

        Assert.Empty(outcome.Cases.Where(static result => !result.IsProven).Select(SummaryReport.DescribeFailure));
        Assert.All(outcome.EndToEnd, static result => Assert.Equal(0, result.DifferingElements));
        Assert.True(outcome.Verdict.IsProven);
    }

    [Fact]
    public void Run_PerChannelWeightsAndWorstCase_Proven()
    {
        var options = new VerifyOptions
        {
            Networks = ["resnet18"], PerChannelWeights = true, Derivation = ParameterDerivation.WorstCase, Banks = [BankSetting.Parse("16k")], Landings = [LandingKind.Random],
        };

        ConformanceOutcome outcome = Run(options);

        Assert.True(outcome.Verdict.IsProven);
        Assert.Contains(outcome.Goldens, static golden => golden.Requantization is { IsPerChannel: true, HasPostCorrection: true });
    }

    /// <summary>MobileNetV2 on odd images and unequal banks: its depthwise layers go by DMA, and everything is proven.</summary>
    [Fact]
    public void Run_MobileNetV2_DepthwiseByDmaAndProven()
    {
        var options = new VerifyOptions
        {
            Networks = ["mobilenetv2"], InputHeight = 33, InputWidth = 47, Banks = [BankSetting.Parse("8192x4096")], Landings = [LandingKind.AtWait],
        };

        ConformanceOutcome outcome = Run(options);

        Assert.True(outcome.Verdict.IsProven, outcome.Verdict.Line);
        Assert.Empty(outcome.Verdict.NotCovered);
        CaseResult[] depthwise = [.. outcome.Cases.Where(static result => result.Case.Golden.Call is Conv2dCall { Shape.IsDepthwise: true })];
        Assert.Equal(17, depthwise.Length);
        Assert.All(depthwise, static result => Assert.Equal(OperatorPath.Dma, result.Execution!.Path));
    }

    /// <summary>The matrix of the slow suite: every bank setting at both published sizes; the larger one at the landing that shows missing waits.</summary>
    [SkippableTheory]
    [InlineData(64, 3)]
    [InlineData(224, 1)]
    public void Run_MobileNetV2AtEveryBankSetting_Proven(int size, int landings)
    {
        SlowTests.SkipUnlessAsked();
        var options = new VerifyOptions { Networks = ["mobilenetv2"], InputHeight = size, InputWidth = size };
        options = landings == 1 ? options with { Landings = [LandingKind.AtWait] } : options;

        ConformanceOutcome outcome = Run(options);

        Assert.Equal(7, options.Banks.Count);
        Assert.True(outcome.Verdict.IsProven, outcome.Verdict.Line);
        Assert.Empty(outcome.Verdict.NotCovered);
        Assert.Equal(93 * 7 * landings, outcome.Cases.Count);
    }

    [Fact]
    public void Run_TheSameTwice_SameHashes()
    {
        var options = new VerifyOptions { Networks = ["resnet18"], Layers = ["conv1", "layer4.1.conv2"], Banks = [BankSetting.Parse("8k")] };

        Assert.Equal(Run(options).Cases.Select(static result => result.OutputHash), Run(options).Cases.Select(static result => result.OutputHash));
    }

    [Fact]
    public void Run_OnlyCacheMode_HasNoTiledCase()
    {
        var options = new VerifyOptions { Networks = ["resnet18"], Modes = [ExecutionMode.Cache], Banks = [BankSetting.Parse("4k")], Landings = [LandingKind.AtIssue] };

        ConformanceOutcome outcome = Run(options);

        Assert.NotEmpty(outcome.Cases);
        Assert.All(outcome.Cases, static result => Assert.Equal("cache", ConformanceRow.Of(result).Mode));
        Assert.Empty(outcome.EndToEnd);
    }

    [Fact]
    public void Run_SelectionWithoutCases_IsBadInput()
    {
        var options = new VerifyOptions { Networks = ["resnet18"], Layers = ["conv1"], Modes = [ExecutionMode.Dma], Banks = [BankSetting.WithoutBanks] };

        Assert.Contains("no case", Assert.Throws<UserInputException>(() => Run(options)).Message, StringComparison.Ordinal);
    }

    /// <summary>Cycles are written for what is verified; the section of the summary speaks of whole networks only.</summary>
    [Theory]
    [InlineData("conv1", 4)]
    [InlineData("", 4 * 77)]
    public void Execute_WritesCyclesOfTheSelectedCalls(string layer, int rowCount)
    {
        using var folder = new TemporaryFolder();
        var options = new VerifyOptions
        {
            Networks = ["resnet18"], Layers = layer.Length == 0 ? [] : [layer], Banks = [BankSetting.Parse("61k")], Landings = [LandingKind.AtWait], AccuracyImages = 0, OutputFolder = folder.FullPath,
        };

        Assert.Equal(ExitCode.Proven, ConformanceRun.Execute(options, new RecordedProgress(), TextWriter.Null, CancellationToken.None));

        string[] rows = File.ReadAllLines(folder["cycles.csv"]);
        Assert.StartsWith("network,call_index,call,operator,config_key,bank,plan,machine_mode,basis,predicted_cycles,", rows[0], StringComparison.Ordinal);
        Assert.Equal(1 + rowCount, rows.Length);
        Assert.Equal(layer.Length == 0, File.ReadAllText(folder["summary.md"]).Contains("## Predicted cycles", StringComparison.Ordinal));
    }

    private static ConformanceOutcome Run(VerifyOptions options)
    {
        using var engines = new GoldenEngines(new DataParallelEngine(DeviceCatalog.Open(DeviceChoice.Host)));
        return ConformanceRun.Run([.. options.Networks.Select(name => NetworkSource.Load(name, options))], engines, options, results: null, new RecordedProgress(), CancellationToken.None);
    }
}
