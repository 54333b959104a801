using TileProof.Cli;
using TileProof.Cli.Commands;
using TileProof.Cli.Progress;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Verification;
using TileProof.Verification.Options;
using TileProof.Verification.Tuning;

namespace TileProof.Tests.Tuning;

public sealed class TuneCommandTests
{
    [Fact]
    public void Tune_NoOptions_CompatiblePlansOfBothNetworksAtSevenSettings()
    {
        (int exitCode, TuneOptions? options, _) = Invoke("tune");
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.False(options!.IsFree);
        Assert.True(options.ComparesBanks);
        Assert.Equal(SearchDepth.Pruned, options.Depth);
        Assert.Equal(MachineMode.MemoryModel, options.Mode);
        Assert.Equal(["resnet18", "resnet50"], options.Settings.Networks);
        Assert.Equal(BankSetting.All, options.Settings.Banks);
        Assert.Equal("default reports", options.Settings.OutputFolder);
    }

    [Fact]
    public void Tune_EveryOption_ReachesTheRun()
    {
        (_, TuneOptions? options, _) = Invoke(
            "tune", "--networks", "resnet18", "--banks", "8k,16k", "--mode", "release", "--free", "--exhaustive", "--no-bank-sizes", "--per-channel", "--corrected-cycles", "--landing", "random,at-issue", "--input", "32x48", "--seed", "9", "--out", "plans");
        Assert.True(options!.IsFree);
        Assert.True(options.Settings.PerChannelWeights);
        Assert.Equal(ProgramAssumptions.Corrected, options.Programs);
        Assert.False(options.ComparesBanks);
        Assert.Equal(SearchDepth.Exhaustive, options.Depth);
        Assert.Equal(MachineMode.Release, options.Mode);
        Assert.Equal([LandingKind.Random, LandingKind.AtIssue], options.Landings);
        Assert.Equal((32, 48, 9, "plans"), (options.Settings.InputHeight, options.Settings.InputWidth, options.Settings.Seed, options.Settings.OutputFolder));
        Assert.Equal(["8k", "16k"], options.Settings.Banks.Select(static bank => bank.Label));
    }

    [Theory]
    [InlineData("exclude each other", "--compatible", "--free")]
    [InlineData("'fast'", "--mode", "fast")]
    [InlineData("'5q'", "--banks", "5q")]
    public void Tune_BadOption_IsRefusedInOneLine(string reason, params string[] args)
    {
        (int exitCode, TuneOptions? options, string error) = Invoke(["tune", .. args]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Null(options);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }

    private static (int ExitCode, TuneOptions? Options, string Error) Invoke(params string[] args)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext { Output = TextWriter.Null, Error = error, Progress = new PlainProgress(TextWriter.Null), DefaultOutputFolder = "default reports" };
        TuneOptions? seen = null;
        int exitCode = CommandLineApplication.Invoke(
            CommandLineApplication.CreateRoot([TuneCommand.Create(context, (options, _, _, _) =>
            {
                seen = options;
                return ExitCode.Proven;
            })]),
            args,
            context);
        return (exitCode, seen, error.ToString());
    }
}
