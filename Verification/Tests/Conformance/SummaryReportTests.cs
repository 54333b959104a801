using TileProof.HwModel.Hazards;
using TileProof.Operators;
using TileProof.Tests.Snapshots;
using TileProof.Tests.Support;
using TileProof.Verification;
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
            Text(cases.Select(static one => ConformanceRow.Of(one, "(versions)", "(settings)")))
            + Text(networks.Select(static one => EndToEndRow.Of(one, "(versions)", "(settings)")))
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
