using System.Text.Json;
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
        (int exitCode, string output, string error) = Invoke(WhatIfRun.Execute, "whatif", "--networks", "resnet18", "--banks", "16k,61k");
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
        Invoke(Execute, "whatif", "--networks", "resnet50", "--banks", "8k,16384x8192", "--mode", "memory-model");
        Assert.Equal(["resnet50"], seen.Networks);
        Assert.Equal(BankSetting.ParseList("8k,16384x8192"), seen.Banks);
        Assert.Equal(MachineMode.MemoryModel, seen.Mode);
    }

    /// <summary>Twice the latency costs, in calls with DMA only, and the layers add up to the total.</summary>
    [Fact]
    public void WhatIf_FieldOfTheMachine_IsPricedLayerByLayer()
    {
        (int exitCode, string output, _) = Invoke(WhatIfRun.Execute, "whatif", "--networks", "resnet18", "--banks", "16k", "--mode", "memory-model", "--change", "dma.latencyCycles=5000", "--json");
        Assert.Equal(ExitCode.Proven, exitCode);
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement table = json.RootElement[0];
        JsonElement[] layers = [.. table.GetProperty("layers").EnumerateArray()];
        long[] before = [.. layers.Select(static layer => layer.GetProperty("cycles").GetInt64())];
        long[] after = [.. layers.Select(static layer => layer.GetProperty("changed_cycles").GetInt64())];
        Assert.Equal(77, layers.Length);
        Assert.True(after.Sum() > before.Sum());
        Assert.All(before.Zip(after), static pair => Assert.True(pair.Second >= pair.First));
        Assert.InRange(table.GetProperty("changed_cycles").GetInt64() - after.Sum(), -77, 77);
        Assert.InRange(table.GetProperty("cycles").GetInt64() - before.Sum(), -77, 77);
    }

    /// <summary>Together, named changes save what the table of combined changes says.</summary>
    [Fact]
    public void WhatIf_NamedChangesTogether_SaveWhatTheTableSays()
    {
        var network = NetworkSource.Load("resnet18", new VerifyOptions()).Network;
        BankSetting bank = BankSetting.Parse("16k");
        string[] names = ["overlap-loads", "fill-halo", "large-banks"];
        IReadOnlyList<LayerSaving> layers = ChangedSystem.Of(bank, names).LayersOf(network, MachineMode.Release);
        WhatIfResult expected = new WhatIf(network, bank.Configuration, MachineMode.Release, bank.Coefficients).Apply([.. WhatIfChange.All.Where(change => names.Contains(change.Name))]);
        Assert.Equal(expected.BaselineCycles, layers.Sum(static layer => layer.BaselineCycles), 3);
        Assert.Equal(expected.ChangedCycles, layers.Sum(static layer => layer.ChangedCycles), 3);
        Assert.NotEqual(expected.BaselineCycles, expected.ChangedCycles);
    }

    [Fact]
    public void WhatIf_ChangeInText_ListsWhatChanges()
    {
        (int exitCode, string output, _) = Invoke(WhatIfRun.Execute, "whatif", "--networks", "resnet18", "--change", "banks=[32768,32768]");
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.StartsWith("resnet18, banks 61k, release, banks=[32768,32768]: ", output, StringComparison.Ordinal);
        Assert.Contains(" -> 52,000,4", output, StringComparison.Ordinal);
        Assert.EndsWith(" of 77 calls stay as they are\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown change 'faster'; valid: FIELD=VALUE of a machine file, such as dma.latencyCycles=200, or ", "faster")]
    [InlineData("'dma.' names several fields of a machine; valid: dma.channels, ", "dma.=1")]
    [InlineData("'speed' names no field of a machine; valid: name, vectorBytes, ", "speed=1")]
    [InlineData("dma.latencyCycles=-1: dma.latencyCycles: ", "dma.latencyCycles=-1")]
    [InlineData("'=1' is no change of a machine; give FIELD=VALUE", "=1")]
    public void WhatIf_BadChange_IsOneLine(string message, string change)
    {
        (int exitCode, string output, string error) = Invoke(WhatIfRun.Execute, "whatif", "--networks", "resnet18", "--change", change);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Empty(output);
        Assert.StartsWith($"tileproof: {message}", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(static c => c == '\n'));
    }

    [Theory]
    [InlineData("what-if changes tiled programs; '--banks cache' has none", "--banks", "16k,cache")]
    [InlineData("unknown network 'vgg'; valid: resnet18, resnet34, resnet50, resnet101, mobilenetv2, all, resnet18-imagenet, or a file that ends in .onnx or .pte", "--networks", "vgg")]
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
