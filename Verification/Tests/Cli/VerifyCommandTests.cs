using TileProof.Golden.Quantization;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.Operators.Requantizing;
using TileProof.Verification;
using TileProof.Verification.Options;

namespace TileProof.Tests.Cli;

public sealed class VerifyCommandTests
{
    [Fact]
    public void Verify_NoOptions_RunsTheWholeMatrix()
    {
        using var line = new CommandLine();
        Assert.Equal(ExitCode.Proven, line.Invoke("verify"));
        Assert.Equal(["resnet18", "resnet50"], line.Options!.Networks);
        Assert.Equal(BankSetting.All, line.Options.Banks);
        Assert.Equal([ExecutionMode.Dma, ExecutionMode.Cache], line.Options.Modes);
        Assert.Equal([LandingKind.AtIssue, LandingKind.AtWait, LandingKind.Random], line.Options.Landings);
        Assert.Empty(line.Options.Layers);
        Assert.Null(line.Options.Seed);
        Assert.Equal((64, 64, 1), (line.Options.InputHeight, line.Options.InputWidth, line.Options.Batch));
        Assert.Equal(ParameterDerivation.L1Norm, line.Options.Derivation);
        Assert.Equal(32, line.Options.AccuracyImages);
        Assert.Equal("default reports", line.Options.OutputFolder);
        Assert.Null(line.Options.VectorsFolder);
        Assert.False(line.Options.ListOnly);
    }

    [Fact]
    public void Verify_EveryOption_ReachesTheRun()
    {
        using var line = new CommandLine();
        int exitCode = line.Invoke(
            "verify", "--networks", "resnet18", "--banks", "61k,16384x8192", "--modes", "dma", "--landing=random", "--layers", "conv1,conv2.1", "--seed", "42",
            "--input", "63x65", "--batch", "2", "--derivation", "worst-case", "--calibration", "percentile", "--per-channel", "--images", "4",
            "--out", "my reports", "--vectors", "my layers", "--list");
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Equal(["resnet18"], line.Options!.Networks);
        Assert.Equal([BankSetting.OfEqualBanks(62976), BankSetting.OfBanks(16384, 8192)], line.Options.Banks);
        Assert.Equal([ExecutionMode.Dma], line.Options.Modes);
        Assert.Equal([LandingKind.Random], line.Options.Landings);
        Assert.Equal(["conv1", "conv2.1"], line.Options.Layers);
        Assert.Equal(42, line.Options.Seed);
        Assert.Equal((63, 65, 2), (line.Options.InputHeight, line.Options.InputWidth, line.Options.Batch));
        Assert.Equal(ParameterDerivation.WorstCase, line.Options.Derivation);
        Assert.Equal(CalibrationMethod.Percentile, line.Options.Calibration);
        Assert.True(line.Options.PerChannelWeights);
        Assert.Equal(4, line.Options.AccuracyImages);
        Assert.Equal("my reports", line.Options.OutputFolder);
        Assert.Equal("my layers", line.Options.VectorsFolder);
        Assert.True(line.Options.ListOnly);
    }

    [Fact]
    public void Verify_VectorsWithoutNetworks_RunsNoNetwork()
    {
        using var line = new CommandLine();
        line.Invoke("verify", "--vectors", "layers");
        Assert.Empty(line.Options!.Networks);
    }

    [Theory]
    [InlineData("unknown network 'vgg'; valid: resnet18, resnet34, resnet50, resnet101, mobilenetv2, all, resnet18-imagenet, or a file that ends in .onnx or .pte", "verify", "--networks", "vgg")]
    [InlineData("unknown mode 'turbo'; valid: dma, cache, all", "verify", "--modes", "turbo")]
    [InlineData("unknown landing policy 'soon'; valid: at-issue, at-wait, random, modelled, all", "verify", "--landing", "at-wait,soon")]
    [InlineData("bank size '0' is not allowed: a bank takes 1024 to 16777216 bytes (16 MiB) in steps of 64", "verify", "--banks", "0")]
    [InlineData("bank size '100' is not allowed: a bank takes 1024 to 16777216 bytes (16 MiB) in steps of 64", "verify", "--banks", "4k,100")]
    [InlineData("bank size '1000000000000' is not allowed: a bank takes 1024 to 16777216 bytes (16 MiB) in steps of 64", "verify", "--banks", "1000000000000")]
    [InlineData("seed '-1' is not a whole number of 0 to 2147483647", "verify", "--seed", "-1")]
    [InlineData("seed 'x' is not a whole number of 0 to 2147483647", "verify", "--seed", "x")]
    [InlineData("the layer list 'a,,b' has an empty name; give call names or config keys, separated by commas", "verify", "--layers", "a,,b")]
    [InlineData("Required argument missing for option: '--banks'; see 'tileproof verify --help'", "verify", "--banks")]
    [InlineData("'--bank' is called '--banks', as in every command; see 'tileproof verify --help'", "verify", "--bank")]
    [InlineData("'--model' is called '--networks', as in every command; see 'tileproof verify --help'", "verify", "--model=resnet18")]
    [InlineData("Unrecognized command or argument '--nosuch'; see 'tileproof verify --help'", "verify", "--nosuch")]
    [InlineData("Unrecognized command or argument 'extra'; see 'tileproof verify --help'", "verify", "extra")]
    [InlineData("Unrecognized command or argument '@file'; see 'tileproof verify --help'", "verify", "@file")]
    [InlineData("Option '--seed' expects a single argument but 2 were provided; see 'tileproof verify --help'", "verify", "--seed", "1", "--seed", "2")]
    [InlineData("Required command was not provided; see 'tileproof --help'")]
    [InlineData("unknown command 'verfy'; valid: verify; see 'tileproof --help'", "verfy")]
    [InlineData("unknown command 'verfy'; valid: verify; see 'tileproof --help'", "verfy", "--banks", "4k")]
    [InlineData("no command stands before '--banks'; valid: verify; see 'tileproof --help'", "--banks", "4k")]
    public void Invoke_BadInput_IsOneLineAndRunsNothing(string message, params string[] args)
    {
        using var line = new CommandLine();
        Assert.Equal(ExitCode.BadInput, line.Invoke(args));
        Assert.Equal($"tileproof: {message}\n", line.Error.ToString());
        Assert.Empty(line.Output.ToString());
        Assert.Null(line.Options);
    }

    [Fact]
    public void Invoke_RunReportsMismatch_PassesItsExitCodeOn()
    {
        using var line = new CommandLine { Run = (_, _) => ExitCode.NotProven };
        Assert.Equal(ExitCode.NotProven, line.Invoke("verify"));
        Assert.Empty(line.Error.ToString());
    }

    [Fact]
    public void Invoke_Cancelled_IsOneLineWithItsOwnExitCode()
    {
        using var line = new CommandLine();
        line.Run = (_, token) =>
        {
            line.Cancel();
            token.ThrowIfCancellationRequested();
            return ExitCode.Proven;
        };
        Assert.Equal(ExitCode.Cancelled, line.Invoke("verify"));
        Assert.Equal("tileproof: stopped; nothing more is written\n", line.Error.ToString());
    }

    [Fact]
    public void Invoke_CancellationNobodyAskedFor_IsAnInternalFault()
    {
        using var line = new CommandLine { Run = (_, _) => throw new OperationCanceledException("timeout inside") };
        Assert.Equal(ExitCode.InternalFault, line.Invoke("verify"));
    }
}
