using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Fuzzing;
using TileProof.Verification.Options;
using TileProof.Verification.Sharding;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Fuzzing;

/// <summary>Campaigns: nothing is wrong with the product, a planted defect is found and shrunk wherever it is, and a campaign in parts is one campaign.</summary>
public sealed class FuzzRunTests : IDisposable
{
    private const int Seed = 19111;
    private static readonly string[] Reports = ["fuzz.csv", "fuzz_failures.csv", "fuzz.json", "fuzz.md"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Execute_HundredsOfCases_NothingIsWrongAndMostIsReached()
    {
        (int exitCode, string output) = Run("whole", new FuzzOptions { Seed = Seed, Cases = 400 });
        Assert.True(exitCode == ExitCode.Proven, output);
        FuzzTotals totals = TotalsOf("whole");
        Assert.Equal(400, totals.Cases);
        static bool IsOfPrograms(FuzzPoint point) => point.Group is not (FuzzCoverage.Defect or FuzzCoverage.Compiled);
        Assert.True(totals.Coverage.Reached.Count(static reached => IsOfPrograms(reached.Key)) > FuzzCoverage.Catalog.Count(IsOfPrograms) * 3 / 4, $"never reached: {string.Join("; ", totals.Coverage.MissedOf(new FuzzOptions()))}");
    }

    [Fact]
    public void Execute_OneCase_IsCountedInTheSingular()
    {
        (_, string output) = Run("one", new FuzzOptions { Seed = Seed, Cases = 1 });
        Assert.Contains($"# Fuzz campaign: 1 case of seed {Seed} from 0: nothing is wrong\n", output, StringComparison.Ordinal);
        Assert.Contains("\n1 case in ", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Execute_TensOfThousandsOfCases_NothingIsWrong()
    {
        SlowTests.SkipUnlessAsked();
        (int exitCode, string output) = Run("long", new FuzzOptions { Seed = Seed + 1, Cases = 20_000 });
        Assert.True(exitCode == ExitCode.Proven, output);
    }

    /// <summary>One defect in one case of a campaign: of its first, a middle and its last case.</summary>
    [Theory]
    [InlineData("drop-every-input-wait", 0)]
    [InlineData("drop-every-input-wait", 7)]
    [InlineData("drop-every-input-wait", 19)]
    [InlineData("drop-every-wait", 0)]
    [InlineData("drop-every-wait", 11)]
    [InlineData("drop-every-wait", 19)]
    [InlineData("wait-inputs-on-channel-0", 10)]
    public void Execute_DefectInOneCase_FoundShrunkAndReplayed(string name, int place)
    {
        Fault fault = FaultCatalog.All.Single(one => one.Name == name);
        int index = Enumerable.Range(100, 1000).First(static index => IsTiled(FuzzGenerator.Of(Seed, index)));
        Func<MachineInterceptor>? Defects(FuzzCase one) => one.Index == index ? fault.CreateInjector : null;

        (int exitCode, string output) = Run("defect", new FuzzOptions { Seed = Seed, From = index - place, Cases = 20 }, Defects);

        Assert.Equal(ExitCode.NotProven, exitCode);
        Assert.Contains($"# Fuzz campaign: 20 cases of seed {Seed} from {index - place}: 1 fails\n", output, StringComparison.Ordinal);
        FuzzFailure failure = Assert.Single(TotalsOf("defect").ReportedFailures);
        Assert.Equal(index, failure.Index);
        string file = folder["defect", $"fuzz-{index}", FuzzReport.CaseFileName];
        Assert.Contains($"tileproof verify --case {file}", output, StringComparison.Ordinal);
        string recorded = folder["defect", $"fuzz-{index}", "vector"];
        Assert.Contains($"tileproof verify --vectors {recorded} --machine ", output, StringComparison.Ordinal);
        Assert.True(VectorRun.Run(LayerVectorReader.Read(recorded), new VerifyOptions(), CancellationToken.None).IsProven);

        // Waits are missing in the smallest layer as well, and it is smaller in all respects.
        FuzzCase smallest = FuzzCaseFile.Read(file);
        FuzzCase original = FuzzGenerator.Of(Seed, index);
        Assert.True(smallest.Channels + smallest.Height + smallest.Width <= 6, smallest.ToString());
        Assert.True(Size(smallest) < Size(original));
        using var oracles = new FuzzOracles();
        Assert.Equal(failure.Finding, new FuzzCheck(oracles) { Defects = Defects }.Judge(smallest, FuzzDepth.Usual).Finding);
        var replayed = new StringWriter();
        Assert.Equal(ExitCode.Proven, FuzzReplay.Execute(file, null, null, printsJson: false, replayed));
        Assert.Contains("nothing is wrong", replayed.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A campaign that was stopped in the middle of a line, and went on, gives the reports of one run; whatever the threads.</summary>
    [Fact]
    public void Execute_StoppedAndGoneOn_ReportsOfOneRun()
    {
        var whole = new FuzzOptions { Seed = Seed, From = 5, Cases = 150, ThreadCount = 2 };
        Func<MachineInterceptor>? Defects(FuzzCase one) => one.Index is (>= 16 and < 28) or (>= 130 and < 142) ? FaultCatalog.All[0].CreateInjector : null;
        Run("one", whole, Defects);
        Assert.Contains(TotalsOf("one").Failures, static failure => failure.Index < 28);
        Assert.Contains(TotalsOf("one").Failures, static failure => failure.Index >= 130);
        string journal = folder["parts", FuzzJournal.FileName];
        Run("parts", whole with { Cases = 40, ThreadCount = 1 }, Defects);
        File.AppendAllText(journal, "{\"next\":90,\"cases\":45,\"reac");
        Run("parts", whole with { Cases = 90 }, Defects);
        File.AppendAllText(journal, "{");
        Run("parts", whole, Defects);
        Assert.All(Reports, report => Assert.Equal(Text("one", report), Text("parts", report)));
    }

    /// <summary>A killed run leaves folders without files, with a file that it was writing, or whole: only the last stay.</summary>
    [Fact]
    public void Execute_EmptyFoldersOfAKilledRun_AreDeleted()
    {
        Directory.CreateDirectory(folder["killed", "fuzz-3", "vector"]);
        Directory.CreateDirectory(folder["killed", "fuzz-40"]);
        Directory.CreateDirectory(folder["killed", "fuzz-mine"]);
        Directory.CreateDirectory(folder["killed", "fuzz-5", "vector"]);
        Directory.CreateDirectory(folder["killed", "fuzz-6"]);
        File.WriteAllText(folder["killed", "fuzz-40", ".tileproof-abcdefgh.abc.tmp"], "half");
        File.WriteAllText(folder["killed", "fuzz-5", "case.json"], "whole");
        File.WriteAllText(folder["killed", "fuzz-6", "note.txt"], "");
        Run("killed", new FuzzOptions { Seed = Seed, Cases = 1 });
        Assert.Equal(["fuzz-5", "fuzz-6", "fuzz-mine"], Directory.GetDirectories(folder["killed"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(folder["killed", "fuzz-5", "case.json"]));
    }

    /// <summary>A campaign in shards, one of them done in two runs, gives the reports of one run, also where more fails than is shrunk; whatever the order of the folders.</summary>
    [Theory]
    [InlineData(3, 100, 3, 20, 61)]
    [InlineData(0, 64, 5, 0, 64)]
    [InlineData(7, 2, 4, 7, 8)]
    public void Merge_AllShards_ReportsOfOneRun(int from, int cases, int shards, int firstWrong, int behindLastWrong)
    {
        var whole = new FuzzOptions { Seed = Seed, From = from, Cases = cases };
        Func<MachineInterceptor>? Defects(FuzzCase one) => one.Index >= firstWrong && one.Index < behindLastWrong ? FaultCatalog.All[0].CreateInjector : null;
        (int exitCode, _) = Run("whole", whole, Defects);
        if (cases > 4)
        {
            Assert.True(TotalsOf("whole").Failures.Count > 3, TotalsOf("whole").Failures.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Run("shard2", whole with { Cases = cases / 2, Shard = Shard.Of(2, shards) }, Defects);
        }

        string[] folders = [.. Enumerable.Range(1, shards).Select(number => $"shard{number}")];
        for (int number = 1; number <= shards; number++)
        {
            Run($"shard{number}", whole with { Shard = Shard.Of(number, shards) }, Defects);
        }

        Assert.Equal(exitCode, Merge([.. folders.Reverse()]));
        string[] reports = [.. Reports, .. TotalsOf("whole").Failures.Select(static failure => Path.Combine($"fuzz-{failure.Index}", FuzzReport.CaseFileName))];
        Assert.All(reports, report => Assert.Equal(Text("whole", report).Replace(folder["whole"], "OUT", StringComparison.Ordinal), Text("merged", report).Replace(folder["merged"], "OUT", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("missing", "2 of 3 shards are missing: 1/3, 3/3")]
    [InlineData("twice", "shard 2/3 is there 2 times: '")]
    [InlineData("other cut", "is shard 1/2 of another cut than 2/3")]
    [InlineData("other seed", "has seed 100 from case 0, not 4 from 0")]
    [InlineData("other build", "was made by another build of the program")]
    [InlineData("behind", "has not finished: it is done up to case 3, others up to 6; run its command again with --cases 6")]
    [InlineData("no part", "is no folder of a fuzz campaign")]
    public void Merge_OfWhatIsNotOneCampaign_RefusedAndNamed(string what, string message)
    {
        var options = new FuzzOptions { Seed = 4, Cases = 6 };
        Run("second", options with { Shard = Shard.Of(2, 3) });
        switch (what)
        {
            case "twice":
                Run("more", options with { Shard = Shard.Of(2, 3) });
                break;
            case "other cut":
                Run("more", options with { Shard = Shard.Of(1, 2) });
                break;
            case "other seed":
                Run("more", options with { Seed = 100, Shard = Shard.Of(1, 3) });
                break;
            case "other build":
                Run("more", options with { Shard = Shard.Of(1, 3) });
                string journal = folder["more", FuzzJournal.FileName];
                File.WriteAllText(journal, File.ReadAllText(journal).Replace(FuzzJournal.Build, "0123456789abcdef", StringComparison.Ordinal));
                break;
            case "behind":
                Run("more", options with { Cases = 3, Shard = Shard.Of(1, 3) });
                Run("third", options with { Shard = Shard.Of(3, 3) });
                break;
            case "no part":
                Directory.CreateDirectory(folder["more"]);
                break;
        }

        string[] folders = what switch { "missing" => ["second"], "behind" => ["second", "third", "more"], _ => ["second", "more"] };
        Assert.Contains(message, Assert.Throws<UserInputException>(() => Merge(folders)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["merged"]));
    }

    [Fact]
    public void Execute_Stopped_KeepsWhatIsDoneAndSaysSo()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => FuzzRun.Execute(Options("stopped", new FuzzOptions { Cases = 10 }), new RecordedProgress(), TextWriter.Null, stop.Token));
        Assert.Contains("no case ran", Text("stopped", "fuzz.md"), StringComparison.Ordinal);
        (int exitCode, _) = Run("stopped", new FuzzOptions { Cases = 10 });
        Assert.Equal(ExitCode.Proven, exitCode);
    }

    /// <summary>A stopped campaign does not wait for the case that it is at, be it judged or its failure shrunk, before it writes what is done.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(7, false)]
    [InlineData(9, false)]
    [InlineData(0, true)]
    [InlineData(7, true)]
    [InlineData(9, true)]
    public void Execute_StoppedInALongCase_WritesWhatIsDoneBeforeItEnds(int place, bool isShrunk)
    {
        Fault fault = FaultCatalog.All.Single(static one => one.Name == "drop-every-wait");
        int index = Enumerable.Range(100, 1000).First(static index => IsTiled(FuzzGenerator.Of(Seed, index)));
        var options = new FuzzOptions { Seed = Seed, From = index - place, Cases = 10, ThreadCount = 1 };
        using var stop = new CancellationTokenSource();
        int seen = 0;
        bool isWritten = false;
        Func<MachineInterceptor>? Defects(FuzzCase one)
        {
            if (one.Index == index && !stop.IsCancellationRequested && (!isShrunk || seen++ > 2))
            {
                stop.Cancel();
                isWritten = SpinWait.SpinUntil(() => File.Exists(folder["long", "fuzz.md"]), TimeSpan.FromSeconds(20));
            }

            return one.Index == index ? fault.CreateInjector : null;
        }

        Assert.Throws<OperationCanceledException>(() => FuzzRun.Execute(Options("long", options), Defects, new RecordedProgress(), TextWriter.Null, stop.Token));
        Assert.True(isWritten);
        Assert.Equal(place, TotalsOf("long").Cases);
        Run("long", options);
        Run("one", options);
        Assert.All(Reports, report => Assert.Equal(Text("one", report), Text("long", report)));
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("from")]
    [InlineData("part")]
    [InlineData("build")]
    [InlineData("no journal")]
    [InlineData("damaged")]
    public void Execute_JournalOfAnother_Refused(string what)
    {
        var options = new FuzzOptions { Seed = Seed, Cases = 1 };
        Run("other", options);
        string journal = folder["other", FuzzJournal.FileName];
        string text = File.ReadAllText(journal);
        File.WriteAllText(journal, what switch
        {
            "build" => text.Replace(FuzzJournal.Build, "0123456789abcdef", StringComparison.Ordinal),
            "no journal" => "{}\n",
            "damaged" => text + "nonsense\n" + text,
            _ => text,
        });
        FuzzOptions other = what switch
        {
            "seed" => options with { Seed = Seed + 1 },
            "from" => options with { From = 1 },
            "part" => options with { Shard = Shard.Of(2, 2) },
            _ => options,
        };
        var exception = Assert.Throws<UserInputException>(() => Run("other", other));
        Assert.Contains("give another --out, or delete it", exception.Message, StringComparison.Ordinal);
    }

    private static bool IsTiled(FuzzCase one) =>
        one.Calls is [{ Operator: OperatorKind.Conv2d }] && one.Programs == ProgramLibrary.Corrected && one.Machine.Configuration.Banks.Count == 2
        && FuzzModel.Of(one) is { Calls: [Conv2dCall call] } model && ConvolutionKernel.IsPublished(call.Shape)
        && model.Plans.PlanOf(call.Shape, one.Machine.Configuration, one.Routing != OperatorRouting.Direct) is TiledPlan { RowTileCount: > 1 };

    private static int Size(FuzzCase one) => one.Channels + one.Height + one.Width + one.Calls.Sum(static call => call.Outputs + call.KernelHeight + call.KernelWidth);

    private (int ExitCode, string Output) Run(string name, FuzzOptions options, Func<FuzzCase, Func<MachineInterceptor>?>? defects = null)
    {
        var output = new StringWriter { NewLine = "\n" };
        int exitCode = FuzzRun.Execute(Options(name, options), defects ?? (static _ => null), new RecordedProgress(), output, CancellationToken.None);
        return (exitCode, output.ToString());
    }

    private int Merge(string[] parts) => FuzzMerge.Execute([.. parts.Select(part => folder[part])], folder["merged"], printsJson: false, new RecordedProgress(), TextWriter.Null);

    private FuzzOptions Options(string name, FuzzOptions options) => options with { OutputFolder = folder[name] };

    private FuzzTotals TotalsOf(string name) => FuzzJournal.Read(folder[name, FuzzJournal.FileName]).Totals;

    /// <summary>The text of a report, with the folder of the run under one name.</summary>
    private string Text(string name, string report) => File.ReadAllText(folder[name, report]).Replace(folder[name], "OUT", StringComparison.Ordinal);
}
