using TileProof.Cli;
using TileProof.Cli.Commands;
using TileProof.Cli.Progress;
using TileProof.HwModel.Timing;
using TileProof.Tests.Snapshots;
using TileProof.Verification;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Tests.Cli;

public sealed class WhatIfCommandTests
{
    [Fact]
    public void WhatIf_ResNet18AtTwoBankSizes()
    {
        (int exitCode, string output, string error) = Invoke(WhatIfRun.Execute, "whatif", "--network", "resnet18", "--banks", "16k,61k");
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Empty(error);
        Snapshot.Verify(output);
    }

    [Fact]
    public void WhatIf_EveryOption_ReachesTheRun()
    {
        WhatIfOptions? seen = null;
        int Execute(WhatIfOptions options, TextWriter output, CancellationToken cancellation)
        {
            seen = options;
            return ExitCode.Proven;
        }

        Invoke(Execute, "whatif");
        Assert.Equal(VerifyOptions.DefaultNetworks, seen!.Networks);
        Assert.Equal([BankSetting.Parse("61k")], seen.Banks);
        Assert.Equal(MachineMode.Release, seen.Mode);
        Invoke(Execute, "whatif", "--network", "resnet50", "--banks", "8k,16384x8192", "--mode", "memory-model");
        Assert.Equal(["resnet50"], seen.Networks);
        Assert.Equal(BankSetting.ParseList("8k,16384x8192"), seen.Banks);
        Assert.Equal(MachineMode.MemoryModel, seen.Mode);
    }

    [Theory]
    [InlineData("what-if changes tiled programs; '--banks cache' has none", "--banks", "16k,cache")]
    [InlineData("unknown network 'vgg'; valid: resnet18, resnet34, resnet50, resnet101, mobilenetv2, all", "--network", "vgg")]
    [InlineData("unknown machine mode 'fast'; valid: turbo, release, memory-model, memory-model-zero-latency", "--mode", "fast")]
    public void WhatIf_BadInput_IsOneLine(string message, params string[] args)
    {
        (int exitCode, string output, string error) = Invoke(WhatIfRun.Execute, ["whatif", .. args]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Empty(output);
        Assert.Equal($"tileproof: {message}\n", error);
    }

    private static (int ExitCode, string Output, string Error) Invoke(Func<WhatIfOptions, TextWriter, CancellationToken, int> execute, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext { Output = output, Error = error, Progress = new PlainProgress(error) };
        int exitCode = CommandLineApplication.Invoke(CommandLineApplication.CreateRoot([WhatIfCommand.Create(context, execute)]), args, context);
        return (exitCode, output.ToString(), error.ToString());
    }
}
