using System.Text;
using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Verification;
using TileProof.Verification.Hazards;
using TileProof.Verification.Mutation;
using TileProof.Verification.Options;
using TileProof.Verification.Sharding;
using TileProof.Verification.Sharding.Records;
using TileProof.Verification.Tuning;

namespace TileProof.Tests.Sharding;

/// <summary>Shards merged give what one run gives, byte for byte, for every command that has shards; also where one was killed on the way.</summary>
public sealed class MergedRunTests : IDisposable
{
    private readonly ShardCommand runs = new();

    /// <summary>Goldens, cases, whole networks, schedules, proofs and the accuracy over three batches of two images.</summary>
    private string[] Verify => ["verify", "--networks", runs.FloatNetwork, "--banks", "4096x8192,8192x2048,cache", "--images", "5", "--adversarial", "2", "--gpu", "host"];

    /// <summary>With every kind of result that is not proven: mismatches, faults, hazards, and programs wrong for some input.</summary>
    private string[] VerifyPublished => ["verify", "--networks", runs.QuantizedNetwork, "--banks", "2048x4096,4096x8192,16k", "--programs", "published-old", "--landing", "all", "--adversarial", "1", "--gpu", "host"];

    /// <summary>With ranges that are far too wide, so that layers are to be kept in float.</summary>
    private string[] Accuracy =>
    [
        "accuracy", "--networks", runs.FloatNetwork, "--input-data", runs.Images, "--labels", runs.Labels, "--calibrate", runs.CalibrationImages,
        "--compare", "derivation,per-channel,calibration", "--derivation", "worst-case", "--max-loss", "0",
    ];

    public void Dispose() => runs.Dispose();

    [Fact]
    public void Verify_ThreeShardsAtUnequalBanks_MergedIsOneRun()
    {
        runs.AssertMergedIsOneRun(Verify, ExitCode.Proven, count: 3);
        Assert.Contains("accuracy.csv", Directory.EnumerateFiles(runs["merged"]).Select(Path.GetFileName));
        Assert.All(Enumerable.Range(1, 3), number => Assert.Equal(["results.txt", "run.json"], Directory.EnumerateFiles(runs[$"{number}"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)));

        // Every kind of job was there, and every shard had some.
        IReadOnlyList<KeyValuePair<string, string>>[] results = [.. Enumerable.Range(1, 3).Select(number => ResultJournal.Read(runs[$"{number}", "results.txt"]))];
        Assert.All(results, Assert.NotEmpty);
        Assert.Equal(
            ["accuracy", "adversarial", "arithmetic", "case", "golden", "network", "original", "proof"],
            results.SelectMany(static shard => shard).Select(static result => result.Key.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Verify_WrongPrograms_MergedIsOneRun()
    {
        runs.AssertMergedIsOneRun(VerifyPublished, ExitCode.NotProven, count: 3);
        Assert.True(File.ReadLines(runs["merged", "hazards.csv"]).Count() > 1);
    }

    /// <summary>The schedules of a call are several jobs, which different shards do: counts add up, and the first harmed one is that of the first job.</summary>
    [Fact]
    public void Verify_SchedulesOfACallInSeveralJobs_MergedIsOneRun()
    {
        runs.AssertMergedIsOneRun(
            ["verify", "--networks", runs.QuantizedNetwork, "--banks", "2048x4096", "--programs", "published", "--adversarial", "203", "--images", "0", "--proof", "off", "--gpu", "host"], ExitCode.NotProven, count: 3);
        string[] rows = [.. File.ReadLines(runs["merged", "adversarial.csv"]).Skip(1)];
        Assert.All(rows, static row => Assert.Contains(",203,", row, StringComparison.Ordinal));
        Assert.Contains(rows, static row => !row.Contains(",203,0,", StringComparison.Ordinal));
        Assert.True(Enumerable.Range(1, 3).Sum(number => ResultJournal.Read(runs[$"{number}", "results.txt"]).Count(static result => result.Key.StartsWith("adversarial ", StringComparison.Ordinal))) == 3 * rows.Length);
    }

    [Fact]
    public void Tune_ThreeShards_MergedIsOneRun()
    {
        runs.AssertMergedIsOneRun(["tune", "--networks", runs.QuantizedNetwork, "--banks", "4096x8192,cache"], ExitCode.Proven, count: 3);
        Assert.Contains("layer_configs_4096x8192.h", Directory.EnumerateFiles(runs["merged"]).Select(Path.GetFileName));
    }

    /// <summary>Five batches of two images and one left out, in every form, the layers one by one, and the list of layers to keep in float.</summary>
    [Fact]
    public void Accuracy_ThreeShards_MergedIsOneRun()
    {
        runs.WriteLabelledImages(count: 11);
        runs.AssertMergedIsOneRun(Accuracy, ExitCode.Proven, count: 3);
        Assert.Equal(
            ["accuracy.csv", "layers_accuracy.csv", "report.html", "summary.md"],
            Directory.EnumerateFiles(runs["merged"]).Select(Path.GetFileName).Where(static name => name![0] != '.').Order(StringComparer.Ordinal));
        Assert.Matches("[Kk]e(ep|pt) in float: .+ right, ", File.ReadAllText(runs["merged", "summary.md"]));

        // Batches were cut, and the layers were judged once for the report.
        IReadOnlyList<KeyValuePair<string, string>>[] results = [.. Enumerable.Range(1, 3).Select(number => ResultJournal.Read(runs[$"{number}", "results.txt"]))];
        Assert.All(results, Assert.NotEmpty);
        Assert.Equal(
            [("accuracy", 5), ("accuracy-in-float", 5), ("accuracy-layers", 1)],
            results.SelectMany(static shard => shard).CountBy(static result => result.Key.Split(' ')[0]).Select(static count => (count.Key, count.Value)).Order());
    }

    /// <summary>However the batches are cut, each result is the same line: no sum goes over two jobs.</summary>
    [Fact]
    public void Accuracy_OneAndFiveShards_HaveTheSameResults()
    {
        runs.WriteLabelledImages(count: 11);
        string[] command = [.. Accuracy, "--layer-images", "0"];
        Assert.Equal((0, ""), runs.RunShard(command, 1, 1) is var run ? (run.ExitCode, run.Error) : default);
        string[] whole = [.. File.ReadLines(runs["1", "results.txt"]).Order(StringComparer.Ordinal)];
        Directory.Delete(runs["1"], recursive: true);
        Assert.All(Enumerable.Range(1, 5), number => Assert.Equal(0, runs.RunShard(command, number, 5).ExitCode));
        Assert.Equal(whole, Enumerable.Range(1, 5).SelectMany(number => File.ReadLines(runs[$"{number}", "results.txt"])).Order(StringComparer.Ordinal));
    }

    /// <summary>One image or one class is another when a shard, or the merge, reads them: the first, a middle, the last.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(10)]
    public void Merge_ImagesOrClassesChangedMeanwhile_IsRefused(int changed)
    {
        string[] command = [.. Accuracy, "--layer-images", "0"];
        runs.WriteLabelledImages(count: 11);
        runs.RunShard(command, 1, 2);
        runs.WriteLabelledImages(count: 11, otherImage: changed);
        runs.RunShard(command, 2, 2);
        Assert.Contains("it ran on other networks, plans or images than their names say", ShardCommand.Invoke(["merge", runs["1"], runs["2"], "--out", runs["merged"]]).Error, StringComparison.Ordinal);
        runs.WriteLabelledImages(count: 11);
        Directory.Delete(runs["2"], recursive: true);
        runs.RunShard(command, 2, 2);
        runs.WriteLabelledImages(count: 11, otherLabel: changed);
        Assert.EndsWith(", as this process would run it\n", ShardCommand.Invoke(["merge", runs["1"], runs["2"], "--out", runs["merged"]]).Error, StringComparison.Ordinal);
    }

    /// <summary>What a search found comes back whole: all that a report says of it beside the plans.</summary>
    [Fact]
    public void TunedPlan_WrittenDown_ComesBackWithItsErrorBar()
    {
        BankSetting bank = BankSetting.Parse("16k");
        var options = new TuneOptions { Settings = new VerifyOptions { Banks = [bank] } };
        TunedPlan found = TuningSearch.Search(bank, Conv2dShape.Create(128, 8, 8, 512, 1, 1, 1, 0), options, hasOutputScales: false);
        Assert.True(found.IsImproved);
        Assert.True(found.SavedHalfWidthCycles > 0);
        TunedPlan kept = found with { Best = found.Published, BestCost = found.PublishedCost, SavedHalfWidthCycles = 0, UncertainCycles = found.SavedCycles };
        foreach (TunedPlan plan in (TunedPlan[])[found, kept])
        {
            string line = RecordJson.Write(new TunedLayerRecord([TunedPlanRecord.Of(bank, options.Mode, plan, hasOutputScales: false)], [], []), RecordJson.Default.TunedLayerRecord);
            TunedPlan read = RecordJson.Read(line, RecordJson.Default.TunedLayerRecord).Plans[0].ToPlan(bank, tiled => TuningSearch.ModelAt(bank, options).CostOf(tiled, false));
            Assert.Equal((plan.PublishedCost.Cycles, plan.BestCost.Cycles, plan.IsImproved), (read.PublishedCost.Cycles, read.BestCost.Cycles, read.IsImproved));
            Assert.Equal(plan, read with { PublishedCost = plan.PublishedCost, BestCost = plan.BestCost });
        }
    }

    /// <summary>The defects of the self-test on small layers, as rows: the command itself takes minutes.</summary>
    [Fact]
    public void Inject_FourShardsOfSmallLayers_MergedRowsAreThoseOfOneRun()
    {
        ConvolutionCase[] layers = [ConvolutionCase.Create(Conv2dShape.Create(6, 5, 7, 8, 3, 3, 1, 1), 1, 4), ConvolutionCase.Create(Conv2dShape.Create(4, 6, 9, 8, 1, 1, 2, 0), 1, 4)];
        Fault[] faults = [.. FaultCatalog.All.Where(static (_, index) => index % 7 == 0)];
        var configuration = DspConfiguration.FromBankBytes(4096, 2048);
        IReadOnlyList<MutationRow> expected = MutationRun.Execute(layers, configuration, faults);
        var list = new JobList();
        Run(list);
        Assert.Equal(layers.Length * faults.Length, list.Jobs.Count);
        for (int number = 1; number <= 4; number++)
        {
            using var journal = ResultJournal.Open(runs[$"{number}.txt"]);
            var jobs = new ShardJobs(list.Jobs, Shard.Of(number, 4), journal);
            Run(jobs);
            Assert.Equal(jobs.OwnCount, jobs.ComputedCount);
        }

        IReadOnlyList<MutationRow> merged = Run(new MergedJobs(Enumerable.Range(1, 4).SelectMany(number => ResultJournal.Read(runs[$"{number}.txt"])).ToDictionary()));
        Assert.Equal(expected, merged);

        IReadOnlyList<MutationRow> Run(JobSource jobs) => MutationRun.Execute(layers, configuration, faults, jobs, layerDone: null, CancellationToken.None);
    }

    /// <summary>What a killed process left, cut after the first result, in the middle of one, and before the last: the same command goes on, and nothing is computed twice.</summary>
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.97)]
    public void Verify_ShardCutOff_GoesOnFromWhatIsThere(double part)
    {
        string[] command = ["verify", "--networks", runs.QuantizedNetwork, "--banks", "4096x8192", "--gpu", "host"];
        Assert.Equal(0, ShardCommand.Invoke([.. command, "--out", runs["one"]]).ExitCode);
        string oneOutput = ShardCommand.Invoke([.. command, "--out", runs["one"]]).Output;
        runs.RunShard(command, 1, 2);
        runs.RunShard(command, 2, 2);
        byte[] whole = File.ReadAllBytes(runs["2", "results.txt"]);
        string manifest = File.ReadAllText(runs["2", "run.json"]);
        File.WriteAllBytes(runs["2", "results.txt"], whole[..(int)(part * whole.Length)]);
        File.WriteAllText(runs["2", "run.json"], manifest.Replace("\"finished\": true", "\"finished\": false", StringComparison.Ordinal));
        int there = ResultJournal.Read(runs["2", "results.txt"]).Count;
        Assert.Equal(
            (ExitCode.BadInput, "tileproof: 1 of 2 shards have not finished: 2/2; run their command again, it goes on from what is there\n"),
            (ShardCommand.Invoke(["merge", runs["1"], runs["2"], "--out", runs["merged"]]) is var refused ? refused.ExitCode : -1, refused.Error));

        (int exitCode, string output, string _) = runs.RunShard(command, 2, 2);

        Assert.Equal(0, exitCode);
        Assert.Contains($" ran, {there} were there)", output, StringComparison.Ordinal);
        Assert.Equal(manifest, File.ReadAllText(runs["2", "run.json"]));
        Assert.Equal(Encoding.UTF8.GetString(whole).Split('\n').Order(StringComparer.Ordinal), File.ReadAllText(runs["2", "results.txt"]).Split('\n').Order(StringComparer.Ordinal));
        runs.AssertMerges(ExitCode.Proven, 2, oneOutput);
    }

    /// <summary>A result that is gone, or says something else than the goldens here: refused, whichever it is.</summary>
    [Fact]
    public void Merge_ResultMissingOrOfAnotherGolden_IsRefused()
    {
        string[] command = ["verify", "--networks", runs.QuantizedNetwork, "--banks", "4096x8192", "--gpu", "host"];
        runs.RunShard(command, 1, 1);
        KeyValuePair<string, string>[] results = [.. ResultJournal.Read(runs["1", "results.txt"])];
        foreach (int missing in (int[])[0, results.Length / 2, results.Length - 1])
        {
            Rewrite(results.Where((_, index) => index != missing));
            Assert.StartsWith($"tileproof: no shard has the result of '{results[missing].Key}'", Refusal(), StringComparison.Ordinal);
        }

        Rewrite(results.Select(static result => result.Key == "golden sample 1"
            ? KeyValuePair.Create(result.Key, RecordJson.Write(RecordJson.Read(result.Value, RecordJson.Default.GoldenRecord) with { OutputHash = "0" }, RecordJson.Default.GoldenRecord))
            : result));
        Assert.StartsWith("tileproof: the golden of sample conv1 is 0 in a shard and ", Refusal(), StringComparison.Ordinal);

        string Refusal()
        {
            (int exitCode, string _, string error) = ShardCommand.Invoke(["merge", runs["1"], "--out", runs["merged"]]);
            Assert.Equal(ExitCode.BadInput, exitCode);
            return error;
        }

        void Rewrite(IEnumerable<KeyValuePair<string, string>> kept)
        {
            File.Delete(runs["1", "results.txt"]);
            using var journal = ResultJournal.Open(runs["1", "results.txt"]);
            foreach ((string key, string text) in kept)
            {
                journal.Append(key, text);
            }
        }
    }

    /// <summary>The file of a network changes between the shards, or before the merge.</summary>
    [Fact]
    public void Merge_NetworkChangedMeanwhile_IsRefused()
    {
        string[] command = ["verify", "--networks", runs.FloatNetwork, "--banks", "4096x8192", "--images", "0", "--proof", "off", "--gpu", "host"];
        runs.RunShard(command, 1, 2);
        runs.WriteFloatNetwork(seed: 12);
        runs.RunShard(command, 2, 2);
        Assert.Contains("it ran on other networks, plans or images than their names say", ShardCommand.Invoke(["merge", runs["1"], runs["2"], "--out", runs["merged"]]).Error, StringComparison.Ordinal);
        runs.WriteFloatNetwork(seed: 11);
        Directory.Delete(runs["2"], recursive: true);
        runs.RunShard(command, 2, 2);
        runs.WriteFloatNetwork(seed: 13);
        string error = ShardCommand.Invoke(["merge", runs["1"], runs["2"], "--out", runs["merged"]]).Error;
        Assert.Contains("ran on other networks", error, StringComparison.Ordinal);
        Assert.EndsWith(", as this process would run it\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_IntoAFolderOfAShard_IsRefused()
    {
        string[] command = ["verify", "--networks", runs.QuantizedNetwork, "--banks", "16k", "--proof", "off", "--gpu", "host"];
        runs.RunShard(command, 1, 1);
        Assert.Equal(
            $"tileproof: '{runs["1"]}' is the folder of a shard and cannot hold the reports too; give another --out\n",
            ShardCommand.Invoke(["merge", runs["1"], "--out", runs["1"] + "/"]).Error);
    }

    /// <summary>The cut says what it will do, and does nothing.</summary>
    [Fact]
    public void DryRun_OfVerify_PrintsTheImbalanceUpToAThousandShards()
    {
        (int exitCode, string output, string _) = ShardCommand.Invoke([.. Verify, "--shard", "2/3", "--dry-run", "--out", runs["out"]]);
        Assert.Equal(0, exitCode);
        Assert.False(Directory.Exists(runs["out"]));
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Matches("^[0-9,]+ jobs, [0-9.]+ s predicted on one core; the dearest, .+, [0-9.]+ s$", lines[0]);
        Assert.Equal(["1", "2", "3", "4", "8", "16", "32", "64", "128", "256", "512", "1000"], lines.Skip(3).SkipLast(1).Select(static line => line.Split('|')[1].Trim()));
    }

    [Theory]
    [InlineData("--json has no effect with --shard, which writes no report; leave it out, and give it to 'tileproof merge'", "--json")]
    [InlineData("--junit has no effect with --shard, which writes no report; leave it out, and give it to 'tileproof merge'", "--junit", "results.xml")]
    [InlineData("--json has no effect with --dry-run, which prints a table and runs nothing; leave it out", "--json", "--dry-run")]
    [InlineData("--junit has no effect with --dry-run, which prints a table and runs nothing; leave it out", "--junit", "results.xml", "--dry-run")]
    [InlineData("--shard has no effect with --list; leave it out", "--list")]
    [InlineData("--dry-run has no effect with --list; leave it out", "--list", "--dry-run")]
    [InlineData("--shard has no effect on recorded layers; leave it out", "--vectors", "layers")]
    [InlineData("--shard has no effect with programs of your own; leave it out", "--programs", "kernels.json")]
    [InlineData("shard '0/3' is not I/N with I from 1 to N and N up to 100000: 1/8 is the first of eight, 8/8 the last", "--shard", "0/3")]
    public void Shard_WithWhatHasNoEffect_IsRefused(string message, params string[] more) => Assert.Equal(
        (ExitCode.BadInput, $"tileproof: {message}\n"),
        ShardCommand.Invoke(["verify", "--networks", runs.QuantizedNetwork, .. more[0] == "--shard" ? Array.Empty<string>() : ["--shard", "1/3"], .. more, "--out", runs["out"]]) is var run ? (run.ExitCode, run.Error) : default);
}
