using System.Globalization;
using System.Xml.Linq;
using TileProof.HwModel.Hazards;
using TileProof.Operators.Calls;
using TileProof.Tests.Conformance;
using TileProof.Verification.Conformance;
using TileProof.Verification.ContinuousIntegration;

namespace TileProof.Tests.ContinuousIntegration;

public sealed class JUnitReportTests
{
    private static readonly ConformanceOutcome Value = SoundOutcome.Value;

    [Fact]
    public void Write_ProvenRun_ATestEachAndNoFailure()
    {
        XElement root = Write(Value);
        int calls = Value.Cases.Select(static result => (result.Case.Golden, result.Case.Bank)).Distinct().Count();
        Assert.Equal(Value.Verdict.Clauses.Count + calls + Value.EndToEnd.Count + Value.Goldens.Count, root.Descendants("testcase").Count());
        Assert.Empty(root.Descendants("failure"));
        Assert.Equal("0", root.Attribute("failures")!.Value);
    }

    /// <summary>A defect fails its own test and its clauses, each with the words of the report.</summary>
    [Fact]
    public void Write_OneHazard_FailsItsTestAndTheClauses()
    {
        ConformanceOutcome broken = Value with { Cases = Value.Cases.With(4, static one => one with { Hazards = [SoundOutcome.Hazard(HazardRule.NeverWritten)] }) };
        XElement[] failed = [.. Write(broken).Descendants("testcase").Where(static test => test.Element("failure") is not null)];
        OperatorCall call = Value.Cases[4].Case.Golden.Call;
        Assert.Equal(["no hazards", "no failures", $"{call.Index} {call.Name} ({call.LayerKey})"], failed.Select(static test => test.Attribute("name")!.Value));
        Assert.Equal($"sample, banks {Value.Cases[4].Case.Bank}", failed[2].Attribute("classname")!.Value);
        Assert.Contains("never-written", failed[2].Element("failure")!.Attribute("message")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_EndToEndAndGoldenDefects_FailTheirTests()
    {
        ConformanceOutcome broken = Value with
        {
            EndToEnd = Value.EndToEnd.With(0, static run => run with { Fault = "conv1: stopped" }),
            Goldens = Value.Goldens.With(2, static golden => golden with { Agreements = golden.Agreements.With(0, static agreement => agreement with { ComparedElements = 0 }) }),
        };
        string[] suites = [.. Write(broken).Descendants("testsuite").Where(static suite => suite.Attribute("failures")!.Value != "0").Select(static suite => suite.Attribute("name")!.Value)];
        Assert.Equal(["verdict", "sample end to end", "sample goldens"], suites);
    }

    /// <summary>Some test fails exactly where the run is not proven, whatever the defect.</summary>
    [Fact]
    public void Write_AnyFailingClause_FailsATest()
    {
        ConformanceOutcome broken = Value with { Adversarial = Value.Adversarial.With(0, static row => row with { Harmed = 1 }) };
        Assert.False(broken.Verdict.IsProven);
        Assert.Single(Write(broken).Descendants("failure"));
    }

    [Fact]
    public void Write_NameThatXmlHasNot_IsReplaced()
    {
        ConformanceOutcome odd = Value with { EndToEnd = Value.EndToEnd.With(0, static run => run with { Network = "a\u0001<b>" }) };
        Assert.Contains("a\uFFFD<b> end to end", Write(odd).Descendants("testsuite").Select(static suite => suite.Attribute("name")!.Value));
    }

    [Fact]
    public void Annotations_OfFindings_AreEscapedAndAtTheirLines()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        GitHubAnnotations.Write(output, [("a:b,c.c", 7, "100 %\nbad"), (null, 0, "plain"), .. Enumerable.Repeat(((string?)null, 0, "more"), 20)]);
        string[] lines = output.ToString().Split('\n');
        Assert.Equal("::error file=a%3Ab%2Cc.c,line=7,title=TileProof::100 %25%0Abad", lines[0]);
        Assert.Equal("::error title=TileProof::plain", lines[1]);
        Assert.Equal(11, lines.Length);
    }

    private static XElement Write(ConformanceOutcome outcome) => XDocument.Parse(JUnitReport.Write(outcome, outcome.Verdict)).Root!;
}
