using System.Globalization;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;
using TileProof.Verification.Files;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;
using TileProof.Verification.Proof;
using static TileProof.Tests.Conformance.SoundOutcome;

namespace TileProof.Tests.Conformance;

/// <summary>Every clause of the verdict proven negative: one defect, wherever it sits, gives the counts, the row, the printed line and the exit code.</summary>
public sealed class VerdictTests : IDisposable
{
    private const string NoDefect = "0 mismatches, 0 hazards, 0 faults, 0 failures, 0 disagreements between goldens, 0 accumulators that may wrap, 0 programs wrong for some input, 0 calls whose arithmetic differs for some value, 0 harmed adversarial schedules; the accumulators of 3 calls cannot wrap for any input";

    private readonly TemporaryFolder folder = new();
    private string printed = "";

    [Fact]
    public void Publish_SoundRun_IsProven()
    {
        Verdict verdict = Publish(Value);

        Assert.True(verdict.IsProven);
        Assert.Equal(ExitCode.Proven, verdict.ExitCode);
        Assert.StartsWith("proven: ", printed, StringComparison.Ordinal);
        Assert.Contains($"{Value.Cases.Count} cases and 6 whole networks ({Value.Cases.Count + 6} ran, 0 kept from earlier runs)", verdict.Line, StringComparison.Ordinal);
        Assert.EndsWith(NoDefect, verdict.Line, StringComparison.Ordinal);
        Assert.Empty(CsvTable.Read(folder["hazards.csv"]));
        Assert.All(CsvTable.Read(folder["adversarial.csv"]), static row => Assert.Equal("0", row["harmed"]));
        Assert.Contains("Not covered: no call and no bank setting of the run was left out.", Summary(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void LayerByLayer_OneByteDiffers(Place place)
    {
        int index = At(place, Value.Cases.Count);
        ConformanceOutcome outcome = Value with
        {
            Cases = Value.Cases.With(index, one => one with { Difference = TensorDifference.Between(one.Case.Golden.Expected, Damage(one.Case.Golden.Expected, place)), LikelyCause = "test" }),
        };
        Mismatch first = outcome.Cases[index].Difference.First!;

        RequireNotProven(outcome, "1 mismatches", "1 failures");

        RequireOneBadRow("conformance.csv", index, "mismatches", "0");
        IReadOnlyDictionary<string, string> row = CsvTable.Read(folder["conformance.csv"])[index];
        Assert.Equal("1", row["mismatches"]);
        Assert.Equal(first.Index.ToString(), row["first_mismatch"]);
        Assert.Equal(first.Expected, double.Parse(row["expected"], CultureInfo.InvariantCulture));
        Assert.Equal(first.Actual, double.Parse(row["actual"], CultureInfo.InvariantCulture));
        Assert.NotEqual(row["expected"], row["actual"]);
        Assert.StartsWith($"sample {row["call"]} ({row["config_key"]}), banks {row["bank"]}", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void EndToEnd_OneElementDiffers(Place place)
    {
        int index = At(place, Value.EndToEnd.Count);
        GoldenCall golden = Value.Goldens[At(place, Value.Goldens.Count)];
        ConformanceOutcome outcome = Value with
        {
            EndToEnd = Value.EndToEnd.With(index, run => run with { DifferingElements = 3, FirstDifferingCall = golden.Call.Name, First = new Mismatch(new TensorIndex(0, 1, 2, 3), 4, -5) }),
        };

        RequireNotProven(outcome, "3 mismatches", "1 failures");

        RequireOneBadRow("end_to_end.csv", index, "mismatches", "0");
        IReadOnlyDictionary<string, string> row = CsvTable.Read(folder["end_to_end.csv"])[index];
        Assert.Equal(("3", golden.Call.Name, "4", "-5"), (row["mismatches"], row["first_differing_call"], row["expected"], row["actual"]));
        Assert.StartsWith($"sample end to end, banks {row["bank"]}, landing {row["landing"]}: 3 elements differ, first in {golden.Call.Name}", printed, StringComparison.Ordinal);
        Assert.Contains("1 of 2 runs fail: 3 mismatches, 0 hazards, 0 faults", Summary(), StringComparison.Ordinal);
        Assert.Contains("## Failing whole networks (1)", Summary(), StringComparison.Ordinal);
    }

    /// <summary>An engine that differs in one element, and one that computed nothing: "the oracle agrees" must mean that it was asked.</summary>
    [Theory]
    [InlineData(Place.First, 1, "1 of")]
    [InlineData(Place.Middle, 1, "1 of")]
    [InlineData(Place.Last, 1, "1 of")]
    [InlineData(Place.First, 0, "0 of 0")]
    [InlineData(Place.Last, 0, "0 of 0")]
    public void Goldens_OneEngineDisagrees(Place place, int differing, string counts)
    {
        int index = At(place, Value.Goldens.Count);
        ConformanceOutcome outcome = Value with
        {
            Goldens = Value.Goldens.With(index, golden => golden with { Agreements = golden.Agreements.With(At(place, golden.Agreements.Count), agreement => Disagree(golden, agreement)) }),
        };

        RequireNotProven(outcome, "1 disagreements between goldens");

        Assert.StartsWith($"goldens disagree: sample {outcome.Goldens[index].Call.Name} (", printed, StringComparison.Ordinal);
        Assert.Contains($": {counts}", printed, StringComparison.Ordinal);
        Assert.Contains($"* goldens disagree: sample {outcome.Goldens[index].Call.Name}", Summary(), StringComparison.Ordinal);

        GoldenAgreement Disagree(GoldenCall golden, GoldenAgreement agreement) => differing == 0
            ? agreement with { ComparedElements = 0 }
            : GoldenAgreement.BitForBit(agreement.Engine, golden.Expected, Damage(golden.Expected, place));
    }

    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void LayerByLayer_OneHazard(Place place)
    {
        int index = At(place, Value.Cases.Count);
        Hazard hazard = Hazard(HazardRule.ReadBeforeArrival);

        RequireNotProven(Value with { Cases = Value.Cases.With(index, one => one with { Hazards = [hazard] }) }, "1 hazards", "1 failures");

        RequireOneBadRow("conformance.csv", index, "hazards", "0");
        RequireHazardRow(hazard, Value.Cases[index].Case.Golden.Call.Name, Value.Cases[index].Case.Bank, "layer");
        Assert.Contains(hazard.ToString(), printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void EndToEnd_OneHazard(Place place)
    {
        int index = At(place, Value.EndToEnd.Count);
        Hazard hazard = Hazard(HazardRule.NeverWritten);
        OperatorCall call = Value.Goldens[At(place, Value.Goldens.Count)].Call;
        ConformanceOutcome outcome = Value with
        {
            EndToEnd = Value.EndToEnd.With(index, run => run with { Hazards = [new FoundHazard("sample", call.Name, call.LayerKey, run.Bank.Label, "corrected", hazard) { IsEndToEnd = true }] }),
        };

        RequireNotProven(outcome, "1 hazards", "1 failures");

        RequireOneBadRow("end_to_end.csv", index, "hazards", "0");
        RequireHazardRow(hazard, call.Name, Value.EndToEnd[index].Bank, "end-to-end");
        Assert.StartsWith($"sample end to end, banks {Value.EndToEnd[index].Bank}", printed, StringComparison.Ordinal);
        Assert.Contains($"{call.Name}: {hazard}", printed, StringComparison.Ordinal);
        Assert.Contains("| never-written | violation | 0 | 0 | 0 | 1 |", Summary(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void Proof_OneProgramIsWrong(Place place)
    {
        int[] covered = [.. Enumerable.Range(0, Value.Proofs.Count).Where(static index => Value.Proofs[index].Movement is not null)];
        int index = covered[At(place, covered.Length)];
        CallProof sound = Value.Proofs[index];
        var wrong = new ProgramProof(sound.Movement!.WordCount, 7, new WordMismatch(new TensorIndex(0, 1, 2, 3), "c0 h1", "uses row 7 where row 8 belongs"), null);

        RequireNotProven(Value with { Proofs = Value.Proofs.With(index, proof => proof with { Movement = wrong }) }, "1 programs wrong for some input");

        IReadOnlyList<IReadOnlyDictionary<string, string>> rows = CsvTable.Read(folder["proof.csv"]);
        Assert.Equal([index], Enumerable.Range(0, rows.Count).Where(row => rows[row]["movement"] == "wrong"));
        IReadOnlyDictionary<string, string> row = rows[index];
        Assert.Equal((sound.Golden.Call.Name, sound.Bank.Label, "corrected"), (row["call"], row["bank"], row["programs"]));
        Assert.Equal(("7", "[0, 1, 2, 3]", "c0 h1", "uses row 7 where row 8 belongs", ""), (row["wrong_words"], row["first_wrong"], row["tile"], row["explanation"], row["error_bound"]));
        Assert.Contains($"{sound.Golden.Call.Name} ({sound.Golden.Call.LayerKey}), banks {sound.Bank}: not proven for every input: 7 of {sound.Movement.WordCount} words are wrong", printed, StringComparison.Ordinal);
        Assert.Contains("in tile c0 h1, which uses row 7 where row 8 belongs", Summary(), StringComparison.Ordinal);
    }

    /// <summary>A program that a broken rule ends has no wrong word, and is not proven.</summary>
    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Last)]
    public void Proof_OneProgramFaults(Place place)
    {
        int[] covered = [.. Enumerable.Range(0, Value.Proofs.Count).Where(static index => Value.Proofs[index].Movement is not null)];
        int index = covered[At(place, covered.Length)];

        RequireNotProven(Value with { Proofs = Value.Proofs.With(index, static proof => proof with { Movement = new ProgramProof(0, 0, null, "left the bank") }) }, "1 programs wrong for some input");

        Assert.Equal(("wrong", "left the bank"), (CsvTable.Read(folder["proof.csv"])[index]["movement"], CsvTable.Read(folder["proof.csv"])[index]["explanation"]));
        Assert.Contains(": not proven for every input: left the bank", printed, StringComparison.Ordinal);
    }

    /// <summary>One set of constants for which two engines differ, however many bank settings use it.</summary>
    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Last)]
    public void Proof_OneRequantizationDiffers(Place place)
    {
        GoldenCall[] convolutions = [.. Value.Proofs.Where(static proof => proof.Arithmetic is not null).Select(static proof => proof.Golden).Distinct()];
        GoldenCall golden = convolutions[At(place, convolutions.Length)];
        ConformanceOutcome outcome = Value with
        {
            Proofs = [.. Value.Proofs.Select(proof => proof.Golden != golden ? proof : proof with { Arithmetic = proof.Arithmetic! with { Difference = "accumulator 5: scalar oracle 1, vector128 2" } })],
        };

        RequireNotProven(outcome, "1 calls whose arithmetic differs for some value");

        Assert.All(CsvTable.Read(folder["proof.csv"]), row => Assert.Equal(row["call"] == golden.Call.Name, row["arithmetic"] == "wrong"));
        Assert.Contains($"sample {golden.Call.Name} ({golden.Call.LayerKey}): accumulator 5: scalar oracle 1, vector128 2", printed, StringComparison.Ordinal);
        Assert.Contains($"* sample {golden.Call.Name} ({golden.Call.LayerKey}): accumulator 5", Summary(), StringComparison.Ordinal);
    }

    /// <summary>A warning is a row, and nothing that keeps a run from being proven.</summary>
    [Fact]
    public void Hazards_OnlyAWarning_IsProven()
    {
        HazardRule warning = HazardRule.All.First(static rule => rule.Severity == HazardSeverity.Warning);
        ConformanceOutcome outcome = Value with { Cases = Value.Cases.With(3, one => one with { Hazards = [Hazard(warning)] }) };

        Assert.True(Publish(outcome).IsProven);
        Assert.Equal("warning", Assert.Single(CsvTable.Read(folder["hazards.csv"]))["severity"]);
    }

    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void LayerByLayer_OneFault(Place place)
    {
        int index = At(place, Value.Cases.Count);
        ConformanceOutcome outcome = Value with
        {
            Cases = Value.Cases.With(index, static one => one with { Execution = null, Difference = new TensorDifference(0, 0, null), OutputHash = "", Fault = "left the bank" }),
        };

        RequireNotProven(outcome, "1 faults", "1 failures");

        RequireOneBadRow("conformance.csv", index, "fault", "");
        Assert.Equal("left the bank", CsvTable.Read(folder["conformance.csv"])[index]["fault"]);
        Assert.Contains(": left the bank", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void EndToEnd_OneFault(Place place)
    {
        int index = At(place, Value.EndToEnd.Count);

        RequireNotProven(Value with { EndToEnd = Value.EndToEnd.With(index, static run => run with { OutputHash = "", Fault = "fc: left the bank" }) }, "1 faults", "1 failures");

        RequireOneBadRow("end_to_end.csv", index, "fault", "");
        Assert.Contains(": fc: left the bank", printed, StringComparison.Ordinal);
        Assert.Contains("1 of 2 runs fail: 0 mismatches, 0 hazards, 1 fault", Summary(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void Adversarial_OneScheduleHarms(Place place)
    {
        int index = At(place, Value.Adversarial.Count);

        RequireNotProven(Value with { Adversarial = Value.Adversarial.With(index, static row => row with { Harmed = 1, FirstHarmed = "landing late" }) }, "1 harmed adversarial schedules");

        RequireOneBadRow("adversarial.csv", index, "harmed", "0");
        Assert.Equal("landing late", CsvTable.Read(folder["adversarial.csv"])[index]["first_harmed"]);
    }

    [Fact]
    public void Line_ResultsOfEarlierRuns_AreCountedApart()
    {
        ConformanceOutcome outcome = Value with
        {
            Cases = [.. Value.Cases.Select(static one => one with { IsKept = true })],
            EndToEnd = Value.EndToEnd.With(1, static run => run with { IsKept = true }),
        };

        Assert.Contains($"(5 ran, {Value.Cases.Count + 1} kept from earlier runs)", outcome.Verdict.Line, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private Verdict Publish(ConformanceOutcome outcome)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Verdict verdict = new ConformanceReports { Outcome = outcome, Versions = "versions", Settings = "settings", Engines = "engines" }.Publish(ReportFolder.Open(folder.FullPath), output, CancellationToken.None);
        printed = output.ToString();
        return verdict;
    }

    /// <summary>The verdict is negative with these counts and no others, wherever it is said.</summary>
    private void RequireNotProven(ConformanceOutcome outcome, params string[] counts)
    {
        Verdict verdict = Publish(outcome);
        string expected = counts.Aggregate(NoDefect, static (line, count) => line.Replace($"0{count[count.IndexOf(' ', StringComparison.Ordinal)..]}", InWords(count), StringComparison.Ordinal));

        Assert.False(verdict.IsProven);
        Assert.Equal(ExitCode.NotProven, verdict.ExitCode);
        Assert.StartsWith("NOT proven: ", verdict.Line, StringComparison.Ordinal);
        Assert.EndsWith(expected, verdict.Line, StringComparison.Ordinal);
        Assert.EndsWith($"\n{verdict.Line}\nreports: {folder["summary.md"]}\n", "\n" + printed, StringComparison.Ordinal);
        Assert.Contains($"\n{verdict.Line}\n", Summary(), StringComparison.Ordinal);
        Assert.Contains("NOT every clause holds", Summary(), StringComparison.Ordinal);
        Assert.Equal(counts.Length, verdict.Clauses.Count(static clause => !clause.Holds));
        Assert.All(verdict.Clauses, static clause => Assert.Equal(clause.Holds, clause.First.Length == 0));
    }

    private static string InWords(string count) => count.Split(' ', 2) is [var number, var plural] ? Counted.InThousands(long.Parse(number, CultureInfo.InvariantCulture), plural) : count;

    private void RequireOneBadRow(string table, int index, string column, string sound)
    {
        IReadOnlyList<IReadOnlyDictionary<string, string>> rows = CsvTable.Read(folder[table]);
        Assert.Equal([index], Enumerable.Range(0, rows.Count).Where(row => rows[row][column] != sound));
    }

    private void RequireHazardRow(Hazard hazard, string call, BankSetting bank, string run)
    {
        IReadOnlyDictionary<string, string> row = Assert.Single(CsvTable.Read(folder["hazards.csv"]));
        Assert.Equal(("sample", call, bank.Label, run), (row["network"], row["call"], row["bank"], row["run"]));
        Assert.Equal((hazard.Rule.Name, "violation", "2"), (row["rule"], row["severity"], row["occurrences"]));
        Assert.Equal(("DRAM1", "input pong", "3", "8"), (row["memory"], row["buffer"], row["first_byte"], row["last_byte"]));
        Assert.Equal(("the computation", "the transfer"), (row["operation"], row["collides_with"]));
    }

    private string Summary() => File.ReadAllText(folder["summary.md"]);
}
