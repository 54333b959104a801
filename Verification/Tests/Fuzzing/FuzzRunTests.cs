using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Fuzzing;

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
        Assert.True(totals.Coverage.Reached.Count() > FuzzCoverage.Catalog.Count * 3 / 4, $"never reached: {string.Join("; ", totals.Coverage.Missed)}");
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
        FuzzFailure failure = Assert.Single(TotalsOf("defect").Failures);
        Assert.Equal(index, failure.Index);
        string file = folder["defect", $"fuzz-{index}", FuzzReport.CaseFileName];
        Assert.Contains($"tileproof verify --case {file}", output, StringComparison.Ordinal);

        // Waits are missing in the smallest layer as well, and it is smaller in all respects.
        FuzzCase smallest = FuzzCaseFile.Read(file);
        FuzzCase original = FuzzGenerator.Of(Seed, index);
        Assert.True(smallest.Channels + smallest.Height + smallest.Width <= 6, smallest.ToString());
        Assert.True(Size(smallest) < Size(original));
        using var oracles = new FuzzOracles();
        Assert.Equal(failure.Finding, new FuzzCheck(oracles) { Defects = Defects }.Judge(smallest, FuzzDepth.Usual).Finding);
        var replayed = new StringWriter();
        Assert.Equal(ExitCode.Proven, FuzzReplay.Execute(file, printsJson: false, replayed));
        Assert.Contains("nothing is wrong", replayed.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A campaign that was stopped in the middle of a line, and went on, gives the reports of one run; whatever the threads.</summary>
    [Fact]
    public void Execute_StoppedAndGoneOn_ReportsOfOneRun()
    {
        var whole = new FuzzOptions { Seed = Seed, From = 5, Cases = 150, ThreadCount = 2 };
        Func<MachineInterceptor>? Defects(FuzzCase one) => one.Index is 20 or 140 && IsTiled(one) ? FaultCatalog.All[0].CreateInjector : null;
        Run("one", whole, Defects);
        string journal = folder["parts", FuzzJournal.FileName];
        Run("parts", whole with { Cases = 40, ThreadCount = 1 }, Defects);
        File.AppendAllText(journal, "{\"next\":90,\"cases\":45,\"reac");
        Run("parts", whole with { Cases = 90 }, Defects);
        File.AppendAllText(journal, "{");
        Run("parts", whole, Defects);
        Assert.All(Reports, report => Assert.Equal(Text("one", report), Text("parts", report)));
    }

    /// <summary>Where a campaign is cut into parts by index, the parts together are the campaign.</summary>
    [Fact]
    public void Execute_Parts_TotalsOfTheWhole()
    {
        var whole = new FuzzOptions { Seed = Seed, From = 3, Cases = 100 };
        Run("whole", whole);
        var sum = new FuzzTotals();
        for (int part = 0; part < 3; part++)
        {
            Run($"part{part}", whole with { ShardIndex = part, ShardCount = 3 });
            (FuzzOptions campaign, string build, FuzzTotals totals, int? next) = FuzzJournal.Read(folder[$"part{part}", FuzzJournal.FileName]);
            Assert.Equal((Seed, 3, part, 3, FuzzJournal.Build), (campaign.Seed, campaign.From, campaign.ShardIndex, campaign.ShardCount, build));
            Assert.True(next >= 103);
            Assert.InRange(totals.Cases, 33, 34);
            sum.Add(totals);
        }

        FuzzTotals one = TotalsOf("whole");
        Assert.Equal(one.Cases, sum.Cases);
        Assert.Equal(one.Coverage.Reached, sum.Coverage.Reached);
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
            "part" => options with { ShardIndex = 1, ShardCount = 2 },
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

    private FuzzOptions Options(string name, FuzzOptions options) => options with { OutputFolder = folder[name] };

    private FuzzTotals TotalsOf(string name) => FuzzJournal.Read(folder[name, FuzzJournal.FileName]).Totals;

    /// <summary>The text of a report, with the folder of the run under one name.</summary>
    private string Text(string name, string report) => File.ReadAllText(folder[name, report]).Replace(folder[name], "OUT", StringComparison.Ordinal);
}
