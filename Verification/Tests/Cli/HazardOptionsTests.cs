using System.CommandLine;
using TileProof.Cli;
using TileProof.Cli.Commands;
using TileProof.Cli.Progress;
using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Hazards;
using TileProof.Verification.Machines;
using TileProof.Verification.Mutation;
using TileProof.Verification.Options;

namespace TileProof.Tests.Cli;

public sealed class HazardOptionsTests
{
    [Fact]
    public void Verify_NoHazardOptions_CorrectedProgramsWithoutSchedules()
    {
        using var line = new CommandLine();
        line.Invoke("verify");
        Assert.Equal(ProgramLibrary.Corrected, line.Options!.Programs);
        Assert.Equal(0, line.Options.AdversarialSchedules);
    }

    [Fact]
    public void Verify_HazardOptions_ReachTheRun()
    {
        using var line = new CommandLine();
        Assert.Equal(ExitCode.Proven, line.Invoke("verify", "--programs", "published-old", "--adversarial", "20"));
        Assert.Equal(ProgramLibrary.PublishedOld, line.Options!.Programs);
        Assert.Equal(20, line.Options.AdversarialSchedules);
    }

    [Theory]
    [InlineData("--programs", "best")]
    [InlineData("--adversarial", "-1")]
    [InlineData("--adversarial", "10001")]
    public void Verify_BadHazardOption_IsRefusedInOneLine(string option, string value)
    {
        using var line = new CommandLine();
        Assert.Equal(ExitCode.BadInput, line.Invoke("verify", option, value));
        Assert.Contains($"'{value}'", line.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Inject_Options_ReachTheRun()
    {
        InjectOptions? seen = null;
        Assert.Equal(ExitCode.NotProven, Invoke(options => seen = options, "inject", "--banks", "61k", "--out", "my reports"));
        Assert.Equal(BankSetting.OfEqualBanks(62976), seen!.Bank);
        Assert.Equal("my reports", seen.OutputFolder);
        Assert.False(seen.ListOnly);
        Assert.Equal(ExitCode.NotProven, Invoke(options => seen = options, "inject", "--list"));
        Assert.True(seen.ListOnly);
    }

    [Fact]
    public void Inject_OptionsOfLayersAndMachines_ReachTheRun()
    {
        InjectOptions? seen = null;
        Assert.Equal(ExitCode.NotProven, Invoke(options => seen = options, "inject", "--networks", "resnet50,resnet18", "--layers", "3,layer2", "--input", "33x47", "--batch", "2", "--machine", "wide-one-bank", "--threads", "3"));
        Assert.Equal(["resnet50", "resnet18"], seen!.Settings.Networks);
        Assert.Equal(["3", "layer2"], seen.Settings.Layers);
        Assert.Equal((33, 47, 2, 3), (seen.Settings.InputHeight, seen.Settings.InputWidth, seen.Settings.Batch, seen.ThreadCount));
        Assert.Equal(("wide-one-bank", 1), (seen.Bank.Machine.Name, seen.Bank.Banks.Count));
    }

    [Theory]
    [InlineData("--networks", "resnet50")]
    [InlineData("--layers", "3")]
    [InlineData("--machine", "wide-one-bank")]
    [InlineData("--threads", "3")]
    [InlineData("--allow-fallback")]
    public void Inject_ListAndARunOption_IsRefused(params string[] args) =>
        Assert.Equal(ExitCode.BadInput, Invoke(static _ => Assert.Fail("it runs"), ["inject", "--list", .. args]));

    /// <summary>The convolutions named, once each, and no other; without a name those of the self-test.</summary>
    [Theory]
    [InlineData("resnet18", "", 33, 47, 1, 11)]
    [InlineData("resnet18", "layer2.0", 33, 47, 2, 3)]
    [InlineData("", "layer2.0", 33, 47, 1, 3)]
    [InlineData("resnet18,resnet34", "layer2.0.conv1,layer4.1.conv1,conv1", 64, 64, 1, 3)]
    public void InjectLayers_Named_AreTheShapesOfTheNetworks(string networks, string layers, int height, int width, int batch, int count)
    {
        var settings = new VerifyOptions
        {
            Networks = networks.Split(',', StringSplitOptions.RemoveEmptyEntries), Layers = layers.Split(',', StringSplitOptions.RemoveEmptyEntries), InputHeight = height, InputWidth = width, Batch = batch,
        };
        IReadOnlyList<ConvolutionCase> found = InjectLayers.Of(settings, AccumulatorOverflow.Wrap);
        Assert.Equal(count, found.Count);
        Assert.Equal(count, found.Select(static layer => layer.Shape).Distinct().Count());
        Assert.DoesNotContain(MutationRun.AccumulatorLimits().Shape, found.Select(static layer => layer.Shape));
        Assert.All(found, layer => Assert.Equal(batch, layer.Batch));
        Assert.Equal(found.Select(static layer => layer.Shape), InjectLayers.Of(settings, AccumulatorOverflow.Saturate).Select(static layer => layer.Shape));
    }

    /// <summary>A layer that the machine cannot run is bad input, wherever it stands, and nothing is written.</summary>
    [Fact]
    public void InjectRun_MachineTooSmallForALayer_IsRefusedBeforeAnyWork()
    {
        using var folder = new TemporaryFolder();
        DescribedMachine machine = new("small", DspConfiguration.FromBankBytes(2048, 1024) with { CacheScratchBytes = 1024 }, MachineCosts.Calibrated);
        BankSetting bank = BankSetting.OfBanks(machine.Configuration.Banks, machine);
        const string Line = "machine small with banks 2048x1024 has no program of 3_33_47_64_7_7_17_24_2_2_3_1: one output row takes 1344 bytes of the cache-mode scratch buffer, "
            + "which has 1024; leave the layer out with --layers, or give larger --banks or another --machine";
        var options = new InjectOptions
        {
            Bank = bank, OutputFolder = folder["reports"], Settings = new() { Networks = ["resnet18"], Layers = ["conv1"], InputHeight = 33, InputWidth = 47 },
        };
        Assert.Equal(Line, Assert.Throws<UserInputException>(() => InjectRun.Execute(options, new PlainProgress(TextWriter.Null), TextWriter.Null, CancellationToken.None)).Message);
        Assert.Empty(folder.Files);

        ConvolutionCase large = InjectLayers.Of(options.Settings, AccumulatorOverflow.Wrap)[0];
        var small = ConvolutionCase.Create(Conv2dShape.Create(3, 5, 4, 2, 3, 3, 1, 1), 1, 1);
        InjectLayers.RequirePrograms([small, small], bank);
        foreach (ConvolutionCase[] layers in new ConvolutionCase[][] { [large, small, small], [small, large, small], [small, small, large] })
        {
            Assert.Equal(Line, Assert.Throws<UserInputException>(() => InjectLayers.RequirePrograms(layers, bank)).Message);
        }
    }

    [Fact]
    public void InjectLayers_None_AreThoseOfTheSelfTest() => Assert.Equal(
        MutationRun.DefaultLayers().Select(static layer => layer.Shape), InjectLayers.Of(new InjectOptions().Settings, AccumulatorOverflow.Wrap).Select(static layer => layer.Shape));

    /// <summary>On one element an image no rounding and no limit shows, which is no failure of a layer that was chosen.</summary>
    [Fact]
    public void InjectRun_ChosenLayerHidesDefects_IsProvenAndNamesThem()
    {
        using var folder = new TemporaryFolder();
        using var output = new StringWriter();
        var options = new InjectOptions
        {
            Bank = BankSetting.OfBanks(16384, 8192), OutputFolder = folder["reports"], Settings = new() { Networks = [], Layers = ["layer1.0.conv1"], InputHeight = 1, InputWidth = 1 },
        };
        Assert.Equal(ExitCode.Proven, InjectRun.Execute(options, new PlainProgress(TextWriter.Null), output, CancellationToken.None));
        string[] lines = output.ToString().TrimEnd().Split('\n');
        Assert.Contains(lines, static line => line.StartsWith("not exercised: ", StringComparison.Ordinal) && line.Contains("clamp-missing", StringComparison.Ordinal));
        Assert.StartsWith($"1 layer, banks {options.Bank}; report: ", lines[^1], StringComparison.Ordinal);

        using var json = new StringWriter();
        Assert.Equal(ExitCode.Proven, InjectRun.Execute(options with { PrintsJson = true }, new PlainProgress(TextWriter.Null), json, CancellationToken.None));
        Assert.Contains("\"verdict\": \"NotExercised\"", json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void InjectRun_ListOnly_NamesEveryDefect()
    {
        using var output = new StringWriter();
        Assert.Equal(
            ExitCode.Proven,
            InjectRun.Execute(new InjectOptions { ListOnly = true }, new PlainProgress(TextWriter.Null), output, CancellationToken.None));
        Assert.All(FaultCatalog.All, fault => Assert.Contains(fault.Name, output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void InjectRun_WithoutLocalMemory_IsRefused() => Assert.Throws<UserInputException>(() => InjectRun.Execute(
        new InjectOptions { Bank = BankSetting.WithoutBanks }, new PlainProgress(TextWriter.Null), TextWriter.Null, CancellationToken.None));

    private static int Invoke(Action<InjectOptions> run, params string[] args)
    {
        using var errors = new StringWriter();
        var context = new CommandContext { Output = TextWriter.Null, Error = errors, Progress = new PlainProgress(errors) };
        Command root = CommandLineApplication.CreateRoot([InjectCommand.Create(context, (options, _, _, _) =>
        {
            run(options);
            return ExitCode.NotProven;
        })]);
        return CommandLineApplication.Invoke(root, args, context);
    }
}
