using TileProof.Cli.Progress;
using TileProof.Verification;
using TileProof.Verification.Files;
using TileProof.Verification.Mutation;
using TileProof.Verification.Options;

namespace TileProof.Tests.Faults;

/// <summary>The verdict of <c>inject</c>: which rows make it negative, whatever their place, down to the printed line and the exit code.</summary>
public sealed class MutationOutcomeTests
{
    private static readonly string[] Defects = ["a", "b", "c"];
    private static readonly string[] Layers = ["1_2_3_4", "5_6_7_8"];

    [Theory]
    [InlineData(MutationVerdict.Numerics)]
    [InlineData(MutationVerdict.HazardRule)]
    [InlineData(MutationVerdict.Snapshot)]
    [InlineData(MutationVerdict.Prover)]
    public void Outcome_EveryDefectCaughtOnOneLayer_Proven(MutationVerdict caught)
    {
        foreach (int layer in new[] { 0, 1 })
        {
            var outcome = new MutationOutcome(Rows((_, index) => index == layer ? caught : MutationVerdict.Missed));
            Assert.Equal((true, ExitCode.Proven, 3), (outcome.IsProven, outcome.ExitCode, outcome.CaughtCount));
            Assert.Equal("proven: 3 defects: 3 caught, 0 proven equivalent, 0 not exercised, 0 not applicable, 0 missed", outcome.Verdict);
        }
    }

    [Theory]
    [InlineData(MutationVerdict.Missed, MutationVerdict.Equivalent, "0 proven equivalent, 0 not exercised, 0 not applicable, 1 missed")]
    [InlineData(MutationVerdict.Missed, MutationVerdict.NotApplicable, "0 proven equivalent, 0 not exercised, 0 not applicable, 1 missed")]
    [InlineData(MutationVerdict.Missed, MutationVerdict.NotExercised, "0 proven equivalent, 0 not exercised, 0 not applicable, 1 missed")]
    [InlineData(MutationVerdict.NotExercised, MutationVerdict.NotApplicable, "0 proven equivalent, 1 not exercised, 0 not applicable, 0 missed")]
    [InlineData(MutationVerdict.NotExercised, MutationVerdict.Equivalent, "0 proven equivalent, 1 not exercised, 0 not applicable, 0 missed")]
    public void Outcome_OneDefectNotCaught_NotProvenAndNamed(MutationVerdict one, MutationVerdict other, string counts)
    {
        foreach (string defect in Defects)
        {
            foreach (int layer in new[] { 0, 1 })
            {
                var outcome = new MutationOutcome(Rows((name, index) => name != defect ? MutationVerdict.Numerics : index == layer ? one : other));
                Assert.Equal((false, ExitCode.NotProven, 2), (outcome.IsProven, outcome.ExitCode, outcome.CaughtCount));
                Assert.Equal([defect], outcome.Uncaught);
                string[] lines = Print(outcome);
                Assert.Equal($"not caught: {defect}", lines[^2]);
                Assert.Equal($"NOT proven: 3 defects: 2 caught, {counts}", lines[^1]);
            }
        }
    }

    [Fact]
    public void Outcome_OneDefectNotApplicable_IsNamedAndTheOthersAreProven()
    {
        foreach (string defect in Defects)
        {
            var outcome = new MutationOutcome(Rows((name, _) => name == defect ? MutationVerdict.NotApplicable : MutationVerdict.HazardRule));
            Assert.Equal((true, ExitCode.Proven), (outcome.IsProven, outcome.ExitCode));
            string[] lines = Print(outcome);
            Assert.Equal($"not applicable: {defect}", lines[^2]);
            Assert.Equal("proven for 2 of 3 defects; of the others 1 has no place in the programs of this run: 2 caught, 0 proven equivalent, 0 not exercised, 1 not applicable, 0 missed", lines[^1]);
        }
    }

    /// <summary>Layers that a user chose need not exercise every defect: what their shapes hide is named, and does not make the run fail; what they miss does.</summary>
    [Fact]
    public void Outcome_ChosenLayersHideADefect_IsNamedAndTheOthersAreProven()
    {
        foreach (string defect in Defects)
        {
            MutationRow[] rows = Rows((name, _) => name == defect ? MutationVerdict.NotExercised : MutationVerdict.Snapshot);
            var outcome = new MutationOutcome(rows, layersAreChosen: true);
            Assert.Equal((true, ExitCode.Proven, 0), (outcome.IsProven, outcome.ExitCode, outcome.Uncaught.Count));
            Assert.Equal(
                [$"not exercised: {defect}", "proven for 2 of 3 defects; of the others 1 cannot show on these layers: 2 caught, 0 proven equivalent, 1 not exercised, 0 not applicable, 0 missed"],
                Print(outcome)[^2..]);
            Assert.Equal(ExitCode.NotProven, new MutationOutcome(rows).ExitCode);

            var missed = new MutationOutcome(Rows((name, layer) => name != defect ? MutationVerdict.NotExercised : layer == 0 ? MutationVerdict.NotExercised : MutationVerdict.Missed), layersAreChosen: true);
            Assert.Equal((false, ExitCode.NotProven), (missed.IsProven, missed.ExitCode));
            Assert.Equal([defect], missed.Uncaught);
        }

        Assert.Equal(ExitCode.NotProven, new MutationOutcome(Rows(static (_, _) => MutationVerdict.NotExercised), layersAreChosen: true).ExitCode);
    }

    [Fact]
    public void Verdict_SeveralReasons_CountsEach()
    {
        MutationVerdict[] verdicts = [MutationVerdict.NotApplicable, MutationVerdict.NotExercised, MutationVerdict.NotApplicable, MutationVerdict.Equivalent, MutationVerdict.Numerics, MutationVerdict.NotApplicable, MutationVerdict.NotExercised];
        Assert.Equal(
            "proven for 2 of 7 defects; of the others 3 have no place in the programs of this run and 2 cannot show on these layers: 1 caught, 1 proven equivalent, 2 not exercised, 3 not applicable, 0 missed",
            new MutationOutcome([.. verdicts.Select(static (verdict, number) => Row($"{number}", "1", verdict))], layersAreChosen: true).Verdict);
    }

    [Theory]
    [InlineData(MutationVerdict.NotApplicable)]
    [InlineData(MutationVerdict.Equivalent)]
    public void Outcome_NothingCaught_NotProven(MutationVerdict verdict)
    {
        var outcome = new MutationOutcome(Rows((_, _) => verdict));
        Assert.Equal((false, ExitCode.NotProven), (outcome.IsProven, outcome.ExitCode));
        Assert.StartsWith("NOT proven: 3 defects: 0 caught, ", outcome.Verdict, StringComparison.Ordinal);
        Assert.EndsWith("no defect applies and is caught, so that nothing is shown", outcome.Verdict, StringComparison.Ordinal);
        Assert.False(new MutationOutcome([]).IsProven);
    }

    [Fact]
    public void WriteSummary_EveryVerdict_HasItsColumn()
    {
        MutationVerdict[] verdicts =
        [
            MutationVerdict.Numerics, MutationVerdict.HazardRule, MutationVerdict.Snapshot, MutationVerdict.Prover, MutationVerdict.Equivalent, MutationVerdict.NotExercised, MutationVerdict.NotApplicable, MutationVerdict.Missed,
        ];
        MutationRow[] rows = [.. verdicts.SelectMany(static (verdict, index) => Enumerable.Range(0, index + 1).Select(number => Row($"{verdict} {number}", "1", verdict) with { Class = index % 2 == 0 ? "even" : "odd" }))];
        Assert.Equal(
            "## Deliberate defects\n\n"
            + "| class | defects | numerics | hazard rule | snapshot | prover | proven equivalent | not exercised | not applicable | missed |\n"
            + "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
            + "| even | 16 | 1 | 0 | 3 | 0 | 5 | 0 | 7 | 0 |\n| odd | 20 | 0 | 2 | 0 | 4 | 0 | 6 | 0 | 8 |\n| **all** | 36 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |\n",
            new MutationOutcome(rows).WriteSummary());
    }

    /// <summary>What each of the three catches, by defect and layer and by defect; a layer that has no place for a defect does not count.</summary>
    [Fact]
    public void Describe_DefectsOfMovement_CountsByWhatCaughtThem()
    {
        MutationRow row = Row("a", "1", MutationVerdict.Numerics);
        var outcome = new MutationOutcome(
        [
            row,
            row with { ConfigKey = "2", DifferingBytes = 0, DifferingBytesOfConstantImage = 0 },
            row with { Defect = "b", DifferingBytesOfConstantImage = 0 },
            row with { Defect = "c", DifferingBytes = 0, DifferingBytesOfConstantImage = 0, Prover = ProverVerdict.Right },
            row with { Defect = "d", MovesBytes = false },
            row with { Defect = "e", Verdict = MutationVerdict.NotApplicable },
        ]);

        Assert.Contains("| defects on a layer | 4 | 2 | 1 | 3 | 1 |\n| defects | 3 | 2 | 1 | 2 | 1 |\n", outcome.Describe(), StringComparison.Ordinal);
        Assert.True(outcome.IsProven);
    }

    /// <summary>A prover that calls a program right whose bytes are wrong is broken, on whatever image the bytes are wrong.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Outcome_ProverCallsWrongBytesRight_NotProvenAndNamed(int differing, int differingOfConstant)
    {
        foreach (string layer in Layers)
        {
            MutationRow[] rows = [.. Rows(static (_, _) => MutationVerdict.Numerics).Select(row => row.Defect != "b" || row.ConfigKey != layer
                ? row
                : row with { Prover = ProverVerdict.Right, DifferingBytes = differing, DifferingBytesOfConstantImage = differingOfConstant })];
            var outcome = new MutationOutcome(rows);
            Assert.Equal((false, ExitCode.NotProven), (outcome.IsProven, outcome.ExitCode));
            Assert.Contains($"the prover calls right: b on {layer}", Print(outcome));
            Assert.StartsWith("NOT proven: ", outcome.Verdict, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Csv_ColumnsByName()
    {
        using var text = new StringWriter();
        CsvReport.Write(text, [Row("drop", "64_33_47_8", MutationVerdict.NotExercised)]);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["defect"] = "drop", ["class"] = "kind", ["description"] = "what it is", ["config_key"] = "64_33_47_8", ["dram0_bytes"] = "16384", ["dram1_bytes"] = "8192",
                ["plan"] = "n8 x 2", ["verdict"] = "NotExercised", ["differing_bytes"] = "12", ["landing"] = "at-wait", ["moves_bytes"] = "True",
                ["differing_bytes_of_constant_image"] = "5", ["prover"] = "Caught", ["prover_finding"] = "[0, 1, 2, 3] is not computed", ["hazard_rules"] = "rule", ["snapshot_differs"] = "True", ["proof"] = "why",
            },
            Assert.Single(Support.CsvRows.Parse(text.ToString())));
    }

    /// <summary>As in <c>mutation.csv</c>.</summary>
    [Fact]
    public void Json_VerdictsByName()
    {
        foreach (MutationVerdict verdict in Enum.GetValues<MutationVerdict>())
        {
            System.Text.Json.Nodes.JsonNode row = JsonTable.Of([Row("drop", "64_33_47_8", verdict)])[0]!;
            Assert.Equal((verdict.ToString(), "Caught", 12), ((string)row["verdict"]!, (string)row["prover"]!, (int)row["differing_bytes"]!));
        }
    }

    [Fact]
    public void Inject_WithoutBanks_IsRefused()
    {
        using var folder = new Support.TemporaryFolder();
        var options = new InjectOptions { Bank = BankSetting.WithoutBanks, OutputFolder = folder["reports"] };
        string message = Assert.Throws<UserInputException>(() => InjectRun.Execute(options, new PlainProgress(TextWriter.Null), TextWriter.Null, CancellationToken.None)).Message;
        Assert.Equal("defects are put into tiled programs, which need local memory: give a bank size", message);
        Assert.Empty(folder.Files);
    }

    private static string[] Print(MutationOutcome outcome) => outcome.Describe().TrimEnd('\n').Split('\n');

    private static MutationRow[] Rows(Func<string, int, MutationVerdict> verdictOf) =>
        [.. from layer in Enumerable.Range(0, Layers.Length) from defect in Defects select Row(defect, Layers[layer], verdictOf(defect, layer))];

    private static MutationRow Row(string defect, string layer, MutationVerdict verdict) => new()
    {
        Defect = defect,
        Class = "kind",
        Description = "what it is",
        ConfigKey = layer,
        Dram0Bytes = 16384,
        Dram1Bytes = 8192,
        Plan = "n8 x 2",
        Verdict = verdict,
        DifferingBytes = 12,
        Landing = "at-wait",
        MovesBytes = true,
        DifferingBytesOfConstantImage = 5,
        Prover = ProverVerdict.Caught,
        ProverFinding = "[0, 1, 2, 3] is not computed",
        HazardRules = "rule",
        SnapshotDiffers = true,
        Proof = "why",
    };
}
