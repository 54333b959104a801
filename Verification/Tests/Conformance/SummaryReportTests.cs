using TileProof.HwModel.Hazards;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Snapshots;
using TileProof.Tests.Support;
using TileProof.Verification.Comparison;
using TileProof.Verification.Conformance;
using TileProof.Verification.Files;
using TileProof.Verification.Hazards;
using static TileProof.Tests.Conformance.SoundOutcome;

namespace TileProof.Tests.Conformance;

/// <summary>The whole summary, and rows of the tables, of a sound run and of one with every kind of defect.</summary>
public sealed class SummaryReportTests
{
    private static readonly Lazy<ConformanceOutcome> Defective = new(CreateDefective);

    [Fact]
    public void Write_SoundRun() => Snapshot.Verify(SummaryReport.Write(Value, Value.Verdict, "(versions)", "(settings)"));

    [Fact]
    public void Write_EveryKindOfDefect() => Snapshot.Verify(SummaryReport.Write(Defective.Value, Defective.Value.Verdict, "(versions)", "(settings)"));

    /// <summary>The rows of the first call of each operator and of every defect, at unequal banks and without banks.</summary>
    [Fact]
    public void Rows_EveryColumn()
    {
        CaseResult[] cases =
        [
            .. Value.Cases.GroupBy(static one => (one.Case.Golden.Call.Kind, one.Case.Bank.CacheOnly)).Select(static group => group.First()),
            .. Defective.Value.Cases.Where(static one => !one.IsProven).Take(4),
        ];
        EndToEndResult[] networks = [Value.EndToEnd[0], Value.EndToEnd[^1], .. Defective.Value.EndToEnd.Where(static one => !one.IsProven)];
        Snapshot.Verify(
            Text(cases.Select(static one => ConformanceRow.Of(one)))
            + Text(networks.Select(static one => EndToEndRow.Of(one)))
            + Text(Defective.Value.FoundHazards.Select(HazardRow.Of))
            + Text([Value.Adversarial[0], Defective.Value.Adversarial[^1]]));
    }

    // Twenty are listed; from the next on they are counted.
    [Theory]
    [InlineData(20, "")]
    [InlineData(21, "* and 1 more in conformance.csv\n")]
    [InlineData(23, "* and 3 more in conformance.csv\n")]
    public void Write_ManyFailures_ListsTwenty(int count, string rest)
    {
        ConformanceOutcome outcome = Value with { Cases = [.. Value.Cases.Select((one, index) => index < count ? one with { Fault = $"fault {index}" } : one)] };

        string text = SummaryReport.Write(outcome, outcome.Verdict, "", "");

        Assert.Contains($"## Failing cases ({count})\n\n", text, StringComparison.Ordinal);
        Assert.Contains($": fault 19\n{rest}\n## ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("fault 20", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Failing whole networks", text, StringComparison.Ordinal);
    }

    // An empty column is an empty text, never a missing one.
    [Fact]
    public void Rows_TextColumns_AreNeverMissing()
    {
        Assert.All(Value.Cases.Concat(Defective.Value.Cases), static one => RequireTexts(ConformanceRow.Of(one)));
        Assert.All(Value.EndToEnd.Concat(Defective.Value.EndToEnd), static one => RequireTexts(EndToEndRow.Of(one)));
        Assert.Equal("", AdversarialRow.WriteSummary([]));
    }

    [Fact]
    public void DescribeFailure_OfSeveralHazards_NamesTheFirstBrokenRule()
    {
        Hazard warning = Hazard(HazardRule.All.First(static rule => rule.Severity == HazardSeverity.Warning));
        CaseResult failure = Value.Cases[4] with { Hazards = [warning, Hazard(HazardRule.NeverWritten), Hazard(HazardRule.ReadBeforeArrival)] };
        Assert.Contains(": never-written in program", SummaryReport.DescribeFailure(failure), StringComparison.Ordinal);
        FoundHazard[] found = [.. failure.Hazards.Select(static hazard => new FoundHazard("sample", "fc", "key", "cache", "corrected", hazard) { IsEndToEnd = true })];
        Assert.Contains(": fc: never-written in program", SummaryReport.DescribeFailure(Value.EndToEnd[0] with { Hazards = found }), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WholeNetworks_NoneAndOne()
    {
        string none = Write(Value with { EndToEnd = [] });
        Assert.Equal(3, none.Split("| not run |").Length - 1);
        EndToEndResult only = Value.EndToEnd[0];
        Assert.Contains($"| 1 run equal, output {only.OutputHash} |", Write(Value with { EndToEnd = [only] }), StringComparison.Ordinal);
        Assert.Contains("| 1 of 1 run fails: 0 mismatches, 0 hazards, 1 fault |", Write(Value with { EndToEnd = [only with { Fault = "left the bank" }] }), StringComparison.Ordinal);
    }

    // At the limit every element is compared; beyond it a sample.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Write_LargeConvolutions_SaysThatTheyAreSampled(int count)
    {
        Conv2dCall large = Calls.Conv(Conv2dShape.Create(32, 33, 47, 46, 3, 3, 1, 1), 1, new Random(1), perChannel: false);
        Conv2dCall small = Calls.Conv(Conv2dShape.Create(32, 5, 47, 46, 3, 3, 1, 1), 1, new Random(1), perChannel: false);
        Assert.True(large.MultiplyAccumulates > NetworkGolden.CompleteOracleLimit && small.MultiplyAccumulates < NetworkGolden.CompleteOracleLimit);
        GoldenCall[] more = [.. Enumerable.Range(0, 3).Select(index => Value.Goldens[0] with { Call = index < count ? large : small, Requantization = null })];
        string text = Write(Value with { Goldens = [.. Value.Goldens, .. more] });
        string sentence = $"\nThe scalar oracle computed 4096 evenly spaced elements of each of {count} {(count == 1 ? "convolution" : "convolutions")} above 20,000,000 multiply-accumulates, and every element of all other calls.\n";
        Assert.Equal(count > 0, text.Contains(sentence, StringComparison.Ordinal));
        Assert.Equal(count > 0, text.Contains("evenly spaced", StringComparison.Ordinal));
    }

    private static string Write(ConformanceOutcome outcome) => SummaryReport.Write(outcome, outcome.Verdict, "", "");

    private static void RequireTexts<TRow>(TRow row) =>
        Assert.All(typeof(TRow).GetProperties().Where(static property => property.PropertyType == typeof(string)), property => Assert.NotNull(property.GetValue(row)));

    private static string Text<TRow>(IEnumerable<TRow> rows)
    {
        using var text = new StringWriter();
        CsvReport.Write(text, rows);
        string[] lines = text.ToString().TrimEnd('\n').Split('\n');
        Dictionary<string, string>[] parsed = CsvRows.Parse(text.ToString());
        Assert.Equal(lines.Length - 1, parsed.Length);
        return string.Concat(parsed.Select(static row => string.Concat(row.Select(static column => $"{column.Key} = {column.Value}\n")) + "\n"));
    }

    private static ConformanceOutcome CreateDefective()
    {
        Hazard warning = Hazard(HazardRule.All.First(static rule => rule.Severity == HazardSeverity.Warning)) with { Timeline = ["first line", "> second line"] };
        Hazard broken = Hazard(HazardRule.NeverWritten) with { Timeline = ["> only line"] };
        int conv = Index(static call => call is Conv2dCall);
        IReadOnlyList<CaseResult> cases = Value.Cases
            .With(1, static one => one with { Difference = TensorDifference.Between(one.Case.Golden.Expected, Damage(one.Case.Golden.Expected, Place.Middle)), LikelyCause = "a cause" })
            .With(conv, static one => one with { Difference = TensorDifference.Between(one.Case.Golden.Expected, Damage(one.Case.Golden.Expected, Place.Last)), LikelyCause = "another" })
            .With(conv + 1, one => one with { Hazards = [warning, broken] })
            .With(60, static one => one with { Execution = null, Difference = new TensorDifference(0, 0, null), OutputHash = "", Fault = "left the bank" });
        FoundHazard found = new("sample", "fc", "8_1_1_5", Value.EndToEnd[1].Bank.Label, "corrected", Hazard(HazardRule.ReadBeforeArrival)) { IsEndToEnd = true };
        IReadOnlyList<EndToEndResult> networks = Value.EndToEnd
            .With(0, static run => run with { DifferingElements = 1_234, FirstDifferingCall = "conv1", First = new Mismatch(new TensorIndex(0, 1, 2, 3), 4, -5) })
            .With(1, run => run with { Hazards = [found with { Hazard = warning }, found] })
            .With(5, static run => run with { OutputHash = "", Fault = "fc: left the bank" });
        IReadOnlyList<GoldenCall> goldens = Value.Goldens
            .With(2, static golden => golden with { Agreements = [.. golden.Agreements.Skip(1).Prepend(GoldenAgreement.BitForBit("engine", golden.Expected, Damage(golden.Expected, Place.Middle)))] })
            .With(5, static golden => golden with { Agreements = [golden.Agreements[0], golden.Agreements[0] with { Engine = "idle", ComparedElements = 0 }] });
        return Value with
        {
            Cases = cases,
            EndToEnd = networks,
            Goldens = goldens,
            CallCount = Value.CallCount + 2,
            Adversarial = Value.Adversarial.With(Value.Adversarial.Count - 1, static row => row with { Harmed = 2, FirstHarmed = "landing late" }),
        };
    }

    private static int Index(Predicate<OperatorCall> isIt) => Enumerable.Range(0, Value.Cases.Count).First(index => isIt(Value.Cases[index].Case.Golden.Call));
}
