using System.Globalization;
using TileProof.Cli.Progress;
using TileProof.HwModel.Timing;
using TileProof.Verification;
using TileProof.Verification.Options;
using TileProof.Verification.Tuning;

namespace TileProof.Tests.Tuning;

/// <summary>The whole way: search, proof, files, and the plan file given back.</summary>
public sealed class TuneRunTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Execute_ResNet18AtOneSize_WritesPlansThatVerifyProves(bool isFree)
    {
        using var folder = new Support.TemporaryFolder();
        using var output = new StringWriter();
        var progress = new PlainProgress(TextWriter.Null);
        BankSetting bank = BankSetting.Parse("8k");
        var settings = new VerifyOptions { Networks = ["resnet18"], Banks = [bank], InputHeight = 32, InputWidth = 32, OutputFolder = folder.FullPath };

        int exitCode = TuneRun.Execute(new TuneOptions { Settings = settings, IsFree = isFree, ComparesBanks = false }, progress, output, CancellationToken.None);

        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Contains(" 0 mismatches, 0 hazards, 0 faults", output.ToString(), StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(folder["tuning.csv"]);
        Assert.Equal("network,config_key,calls,bank,published_plan,tuned_plan,published_computes,compatible,basis,published_cycles,tuned_cycles,saved_percent,saved_error_percent,uncertain_cycles,prologue_cycles,published_dma_bytes,tuned_dma_bytes,why_better,bytes_compared,mismatches,hazards,published_program_mismatches", lines[0]);
        Assert.Equal(1 + 11, lines.Length);
        Assert.Equal(!isFree, File.Exists(folder["layer_configs_8k.h"]));

        // The results of the published plans, which are kept, must not stand in for those of the tuned ones.
        var verify = settings with { CacheFolder = folder["cache"], Layers = ["conv1", "layer4.1.conv2"] };
        Assert.Equal(ExitCode.Proven, ConformanceRun.Execute(verify, progress, output, CancellationToken.None));
        verify = verify with { Banks = [], PlansFile = folder["tuned_plans.json"] };
        Assert.Equal(ExitCode.Proven, ConformanceRun.Execute(verify, progress, output, CancellationToken.None));
        string conformance = File.ReadAllText(folder["conformance.csv"]);
        PlanSet plans = PlanFile.Read(folder["tuned_plans.json"]);
        Assert.Contains(plans.Banks[0].Plans[0].ToString(), conformance, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_BankSizes_ComparesThirteenAndProvesEach()
    {
        using var folder = new Support.TemporaryFolder();
        var settings = new VerifyOptions { Networks = ["resnet18"], Banks = [BankSetting.Parse("16k")], InputHeight = 16, InputWidth = 16, OutputFolder = folder.FullPath };
        Assert.Equal(ExitCode.Proven, TuneRun.Execute(new TuneOptions { Settings = settings }, new PlainProgress(TextWriter.Null), TextWriter.Null, CancellationToken.None));
        string[] lines = File.ReadAllLines(folder["bank_sizes.csv"]);
        Assert.Equal(1 + 13, lines.Length);
        Assert.StartsWith("resnet18,2048,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("resnet18,262144,", lines[^1], StringComparison.Ordinal);
        Assert.Contains("within 5 % of the best", File.ReadAllText(folder["tuning.md"]), StringComparison.Ordinal);
    }

    // What plans tuned for a mode save in it does not depend on the mode that was asked for, and the asked one is that of the other files.
    [Fact]
    public void Execute_EachMode_ModesTableAddsUp()
    {
        using var folder = new Support.TemporaryFolder();
        Dictionary<string, string>[] release = Tune(MachineMode.Release);
        double tunedSum = Support.CsvRows.Read(folder["tuning.csv"]).Sum(static row => double.Parse(row["calls"], CultureInfo.InvariantCulture) * double.Parse(row["tuned_cycles"], CultureInfo.InvariantCulture));
        Assert.Equal(tunedSum, double.Parse(release.Single(static row => row["mode"] == "release")["tuned_cycles"], CultureInfo.InvariantCulture));
        Assert.Contains("Mode release charges no cache misses", File.ReadAllText(folder["tuning.md"]).Split("## Machine modes")[0], StringComparison.Ordinal);

        Dictionary<string, string>[] memoryModel = Tune(MachineMode.MemoryModel);
        Assert.DoesNotContain("charges no cache misses", File.ReadAllText(folder["tuning.md"]).Split("## Machine modes")[0], StringComparison.Ordinal);
        Assert.Contains("Mode turbo charges no cache misses", File.ReadAllText(folder["tuning.md"]).Split("## Machine modes")[1], StringComparison.Ordinal);
        Assert.Equal(["turbo", "release", "memory-model", "memory-model-zero-latency"], memoryModel.Select(static row => row["mode"]));
        Assert.All(release.Zip(memoryModel), static pair =>
        {
            Assert.All(["network", "bank", "mode", "published_cycles", "own_cycles", "own_saved_percent", "own_cache_layers"], name => Assert.Equal(pair.First[name], pair.Second[name]));
            Assert.All([pair.First, pair.Second], static row =>
            {
                long published = long.Parse(row["published_cycles"], CultureInfo.InvariantCulture);
                long tuned = long.Parse(row["tuned_cycles"], CultureInfo.InvariantCulture);
                long own = long.Parse(row["own_cycles"], CultureInfo.InvariantCulture);
                Assert.InRange(own, 1, published);
                Assert.Equal(100.0 * (published - tuned) / published, double.Parse(row["saved_percent"], CultureInfo.InvariantCulture), 0.01);
                Assert.True(row["mode"] != row["tuned_for"] || (own == tuned && row["slower_layers"] == "0"));
                Assert.Equal(("0", "0"), (row["mismatches"], row["hazards"]));
            });
        });

        Dictionary<string, string>[] Tune(MachineMode mode)
        {
            var settings = new VerifyOptions { Networks = ["resnet18"], Banks = [BankSetting.Parse("8k")], OutputFolder = folder.FullPath };
            var options = new TuneOptions { Settings = settings, Mode = mode, ComparesBanks = false };
            Assert.Equal(ExitCode.Proven, TuneRun.Execute(options, new PlainProgress(TextWriter.Null), TextWriter.Null, CancellationToken.None));
            return Support.CsvRows.Read(folder["tuning_modes.csv"]);
        }
    }

    [Fact]
    public void Execute_PlansWithoutRoomForScales_AreRefusedForPerChannelWeights()
    {
        using var folder = new Support.TemporaryFolder();
        var progress = new PlainProgress(TextWriter.Null);
        var settings = new VerifyOptions { Networks = ["resnet18"], Banks = [BankSetting.Parse("61k")], InputHeight = 16, InputWidth = 16, OutputFolder = folder.FullPath };
        TuneRun.Execute(new TuneOptions { Settings = settings, ComparesBanks = false }, progress, TextWriter.Null, CancellationToken.None);
        var verify = settings with { PlansFile = folder["tuned_plans.json"], PerChannelWeights = true };
        string message = Assert.Throws<UserInputException>(() => ConformanceRun.Execute(verify, progress, TextWriter.Null, CancellationToken.None)).Message;
        Assert.Contains("field perChannelScales", message, StringComparison.Ordinal);
    }
}
