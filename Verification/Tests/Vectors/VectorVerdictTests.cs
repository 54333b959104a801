using TileProof.Cli;
using TileProof.Cli.Progress;
using TileProof.Golden.Export.Onnx;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Tuning;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Vectors;

/// <summary>The verdict of recorded layers: one defect in the first, a middle or the last place, down to the row, the printed line and the exit code.</summary>
public sealed class VectorVerdictTests : IDisposable
{
    private static readonly LayerVector Recorded = RecordedLayer.Create();
    private static readonly BankSetting Unequal = BankSetting.Parse("4096x2048");

    /// <summary>Four tiles of 3, 3, 3 and 1 channels, seventeen of 2 rows, the last of 1.</summary>
    private static readonly Conv2dTilePlan Uneven = CaseMatrix.PlanFor(Recorded.Shape, Unequal) with { ChannelsPerTile = 3, RowsPerTile = 2 };

    private static readonly VerifyOptions Options = new()
    {
        Banks = [Unequal, BankSetting.Parse("3072x16384"), BankSetting.WithoutBanks],
        Landings = [LandingKind.AtWait, LandingKind.AtIssue],
        Plans = new PlanSet([new BankPlans(Unequal, [Uneven], false)]),
    };

    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    [Fact]
    public void Run_RightRecording_ProvenAtUnequalBanks()
    {
        VectorOutcome outcome = VectorRun.Run(Recorded, Options, CancellationToken.None);
        Assert.True(outcome.IsProven);
        Assert.Equal((6, 9), (outcome.DspRunCount, outcome.Rows.Count));
        Assert.Empty(outcome.Hazards);
        Assert.Equal(
            "proven: 1 recorded layer, 6 runs of the simulated DSP, 93,060 bytes compared, 0 mismatches, 0 hazards, 0 faults, 0 golden results that differ from the recording", outcome.Verdict);
        Assert.Equal(["dma", "dma", "dma", "dma", "cache", "cache"], outcome.Rows.Take(6).Select(static row => row.Mode));
        Assert.Equal("n3 x 4, R2 x 17, banks", outcome.Rows[0].Plan[..22]);
        Assert.Equal(Uneven.ToString(), outcome.Rows[0].Plan);

        // What an engine does not have, and what did not happen, is an empty column.
        Assert.All(outcome.Rows.Skip(6), static row => Assert.Equal(("", "", "", "", ""), (row.Bank, row.Mode, row.Landing, row.Programs, row.Plan)));
        Assert.All(outcome.Rows, static row => Assert.Equal(("", "", "", "", ""), (row.FirstMismatch, row.Expected, row.Actual, row.LikelyCause, row.Fault)));
        Assert.All(outcome.Rows.Take(6), static row => Assert.Equal(("corrected", "15510/0/0/0"), (row.Programs, row.Levels)));
    }

    // A wrong byte of the recording is a difference of every engine that knows better; each tells place, values, levels and a cause.
    [Theory]
    [InlineData(0, "[0, 0, 0, 0]")]
    [InlineData(8000, "[0, 5, 5, 10]")]
    [InlineData(15509, "[0, 9, 32, 46]")]
    public void Run_OneWrongRecordedByte_EveryRowSaysWhere(int element, string place)
    {
        sbyte[] changed = [.. Recorded.ExpectedOptimized];
        changed[element] ^= 1;
        VectorOutcome outcome = VectorRun.Run(Recorded with { ExpectedOptimized = changed }, Options, CancellationToken.None);
        Assert.False(outcome.IsProven);
        Assert.StartsWith("NOT proven: 1 recorded layer, 6 runs of the simulated DSP, 93,060 bytes compared, 6 mismatches, 0 hazards, 0 faults, 2 golden results", outcome.Verdict, StringComparison.Ordinal);
        VectorRow[] differing = [.. outcome.Rows.Where(static row => row.DifferingBytes > 0)];
        Assert.Equal(8, differing.Length);
        Assert.All(differing, row =>
        {
            Assert.Equal((1, place, $"{changed[element]}", $"{Recorded.ExpectedOptimized[element]}"), (row.DifferingBytes, row.FirstMismatch, row.Expected, row.Actual));
            Assert.Equal("15509/1/0/0", row.Levels);
        });
        Assert.All(differing.Take(6), static row => Assert.Equal("rounding: every difference is one level", row.LikelyCause));
        Assert.Contains($"recorded ({Recorded.Shape.ConfigKey}), simulated-dsp, banks 4096x2048, landing at-wait: 1 bytes differ, first at {place}: expected {changed[element]}, actual ", outcome.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OneWrongGenericByte_NotProvenByThatRowOnly()
    {
        foreach (int element in new[] { 0, 7000, 15509 })
        {
            sbyte[] changed = [.. Recorded.ExpectedGeneric!];
            changed[element] ^= 0x40;
            VectorOutcome outcome = VectorRun.Run(Recorded with { ExpectedGeneric = changed }, Options, CancellationToken.None);
            Assert.Equal("generic", Assert.Single(outcome.Rows, static row => row.DifferingBytes > 0).Engine);
            Assert.False(outcome.IsProven);
            Assert.Contains(" 0 mismatches, 0 hazards, 0 faults, 1 golden result that differs from the recording", outcome.Verdict, StringComparison.Ordinal);
        }
    }

    /// <summary>The page and the tests name the layer, what it differs in and where; a difference makes exactly its own tests fail.</summary>
    [Fact]
    public void PageAndTests_SayWhatDiffers()
    {
        VectorOutcome right = VectorRun.Run(Recorded, Options, CancellationToken.None);
        string page = VectorPage.Write(right, Options);
        Assert.Contains("</span>Proven: 1 recorded layer</h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\u2717", page[page.IndexOf("<main", StringComparison.Ordinal)..page.IndexOf("<script>", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.All(right.Tests, static test => Assert.Null(test.Failure));
        Assert.Equal(["simulated-dsp, banks 4096x2048", "simulated-dsp, banks 3072x16384", "simulated-dsp, banks cache", "onnxruntime", "scalar-oracle", "generic"], right.Tests.Select(static test => test.Suite));

        foreach (int at in new[] { 0, 3, 8 })
        {
            VectorOutcome wrong = right with { Rows = [.. right.Rows.Select((row, index) => index == at ? row with { DifferingBytes = 7, FirstMismatch = "[0, 1, 2, 3]", Expected = "4", Actual = "5" } : row)] };
            (string suite, string name, string? failure) = Assert.Single(wrong.Tests, static test => test.Failure is not null);
            Assert.Equal(wrong.Rows[at].Bank.Length == 0 ? wrong.Rows[at].Engine : $"simulated-dsp, banks {wrong.Rows[at].Bank}", suite);
            Assert.Equal("recorded", name);
            Assert.StartsWith("7 bytes differ, first at [0, 1, 2, 3]", failure, StringComparison.Ordinal);
            string told = VectorPage.Write(wrong, Options);
            Assert.Contains("<td class=\"bad\">\u2717 7</td>", told, StringComparison.Ordinal);
            Assert.Contains("<td>[0, 1, 2, 3]: expected 4, actual 5</td>", told, StringComparison.Ordinal);
        }
    }

    // One row with one defect, wherever it stands among the others.
    [Fact]
    public void Outcome_OneBadRow_NotProvenWhereverItStands()
    {
        VectorOutcome right = VectorRun.Run(Recorded, Options, CancellationToken.None);
        foreach (int at in new[] { 0, 3, 5 })
        {
            RequireNegative(row => row with { DifferingBytes = 7 }, "7 mismatches, 0 hazards, 0 faults", "7 bytes differ, first at ");
            RequireNegative(row => row with { Hazards = 2 }, "0 mismatches, 2 hazards, 0 faults", "2 kinds of hazard, see vectors_hazards.csv");
            RequireNegative(row => row with { Fault = "ring full" }, "0 mismatches, 0 hazards, 1 fault", "stopped: ring full");

            void RequireNegative(Func<VectorRow, VectorRow> change, string counts, string line)
            {
                VectorOutcome outcome = right with { Rows = [.. right.Rows.Select((row, index) => index == at ? change(row) : row)] };
                Assert.False(outcome.IsProven);
                Assert.StartsWith("NOT proven: ", outcome.Verdict, StringComparison.Ordinal);
                Assert.Contains(counts, outcome.Verdict, StringComparison.Ordinal);
                Assert.Contains($"banks {outcome.Rows[at].Bank}, landing {outcome.Rows[at].Landing}: {line}", outcome.Describe(), StringComparison.Ordinal);
                Assert.EndsWith($"{outcome.Verdict}\n", outcome.Describe(), StringComparison.Ordinal);
            }
        }

        Assert.False((right with { Rows = [.. right.Rows.Skip(6)] }).IsProven);
        Assert.Contains("\n4 more in vectors.csv\n", (right with { Rows = [.. Enumerable.Repeat(right.Rows[0] with { Hazards = 1 }, 24)] }).Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_PublishedPrograms_TheirHazardsCount()
    {
        VectorOutcome outcome = VectorRun.Run(Recorded, Options with { Programs = ProgramLibrary.Published, Landings = [LandingKind.AtIssue, LandingKind.Random] }, CancellationToken.None);
        Assert.False(outcome.IsProven);
        Assert.All(outcome.Rows.Where(static row => row.Mode == "dma"), static row => Assert.True(row.Hazards > 0 && row.Programs == "published"));
        Assert.Equal(Options.Banks.Select(static bank => bank.Label).Take(2), outcome.Hazards.Where(static found => found.Hazard.Rule.Name == "read-before-arrival").Select(static found => found.Bank).Distinct());
        Assert.All(outcome.Hazards, static found => Assert.Equal(("recorded", Recorded.Shape.ConfigKey, "published"), (found.Call, found.Layer, found.Programs)));
        Assert.Equal(outcome.Hazards.Count, outcome.Hazards.Select(static found => (found.Bank, found.Hazard.ToString())).Distinct().Count());
    }

    // Sums that leave 24 bits are a warning: it is listed, and no broken rule.
    [Fact]
    public void Run_Warnings_AreListedAndNotCounted()
    {
        int[] bias = new int[Recorded.Shape.OutChannels];
        Array.Fill(bias, (1 << 23) - 2);
        VectorOutcome outcome = VectorRun.Run(Recorded with { Bias = bias }, Options, CancellationToken.None);
        Assert.Contains(outcome.Hazards, static found => found.Hazard.Rule.Severity == HazardSeverity.Warning);
        Assert.All(outcome.Rows, static row => Assert.Equal(0, row.Hazards));
    }

    [Fact]
    public void Run_Modes_AreObeyed()
    {
        VectorOutcome cache = VectorRun.Run(Recorded, Options with { Modes = [ExecutionMode.Cache] }, CancellationToken.None);
        Assert.Equal((2, 2), (cache.DspRunCount, cache.LeftOutCount));
        Assert.EndsWith("; left out by --modes: 2 layers and bank settings", cache.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Command_ExportedFolder_IsReadAndEveryDefectExitsOne()
    {
        File.WriteAllBytes(folder["sample.onnx"], OnnxModelWriter.Write(SampleNetwork.Create()));
        Assert.Equal(ExitCode.Proven, Invoke("export-vectors", "--networks", folder["sample.onnx"], "--out", folder["cases"]));
        Assert.Equal(ExitCode.Proven, Verify());
        Assert.Contains("\nproven: 2 recorded layers, 2 runs of the simulated DSP, 640 bytes compared, 0 mismatches", output.ToString(), StringComparison.Ordinal);

        Assert.Equal(ExitCode.NotProven, Verify("--programs", "published"));
        Dictionary<string, string> hazard = CsvRows.Read(folder["reports", "vectors_hazards.csv"])[0];
        Assert.Equal(("layer001_conv1", "published", "8192x6144"), (hazard["call"], hazard["programs"], hazard["bank"]));

        string recorded = folder["cases", "bin", "layer006_block_conv1", "output_opt.bin"];
        byte[] bytes = File.ReadAllBytes(recorded);
        bytes[^1] ^= 2;
        File.WriteAllBytes(recorded, bytes);
        Assert.Equal(ExitCode.NotProven, Verify());
        Assert.Contains("\nNOT proven: 2 recorded layers", output.ToString(), StringComparison.Ordinal);
        Dictionary<string, string> row = CsvRows.Read(folder["reports", "vectors.csv"]).First(static row => row["differing_bytes"] != "0");
        Assert.Equal(
            ["layer006_block_conv1", "8_4_4_8_3_3_4_4_1_1_1_1", "simulated-dsp", "8192x6144", "dma", "at-wait", "corrected", "128", "1", "[0, 7, 3, 3]", $"{(sbyte)bytes[^1]}", $"{(sbyte)(bytes[^1] ^ 2)}", "127/0/1/0", "0", ""],
            new[] { "layer", "config_key", "engine", "bank", "mode", "landing", "programs", "bytes_compared", "differing_bytes", "first_mismatch", "expected", "actual", "levels", "hazards", "fault" }.Select(name => row[name]));
        Assert.NotEqual("", row["likely_cause"]);
        Assert.NotEqual("", row["plan"]);
    }

    [Fact]
    public void Command_PlansForNoRecording_AreRefused()
    {
        File.WriteAllBytes(folder["sample.onnx"], OnnxModelWriter.Write(SampleNetwork.Create()));
        Assert.Equal(ExitCode.Proven, Invoke("export-vectors", "--networks", folder["sample.onnx"], "--format", "bin", "--out", folder["cases"]));
        BankSetting bank = BankSetting.Parse("8192x6144");
        File.WriteAllText(folder["plans.json"], PlanFile.Write(new PlanSet([new BankPlans(bank, [CaseMatrix.PlanFor(Recorded.Shape, bank)], false)])));
        Assert.Equal(ExitCode.BadInput, Verify("--plans", folder["plans.json"]));
        Assert.Contains("plans: no layer of the recordings has one at 8192x6144", error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        error.Dispose();
    }

    private int Verify(params string[] arguments) =>
        Invoke(["verify", "--vectors", folder["cases"], "--banks", "8192x6144", "--landing", "at-wait", "--out", folder["reports"], .. arguments]);

    private int Invoke(params string[] args)
    {
        output.GetStringBuilder().Clear();
        return CommandLineApplication.Invoke(args, new CommandContext { Output = output, Error = error, Progress = new PlainProgress(TextWriter.Null) });
    }
}
