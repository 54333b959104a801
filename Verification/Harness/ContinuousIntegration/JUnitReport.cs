using System.Globalization;
using System.Text;
using System.Xml;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;
using TileProof.Verification.Proof;

namespace TileProof.Verification.ContinuousIntegration;

/// <summary>A conformance run as JUnit XML: a test a call and bank setting, a whole network, a golden, an imported file and a clause of the verdict.</summary>
/// <remarks>Some test fails exactly where the run is not proven, since every clause is a test.</remarks>
internal static class JUnitReport
{
    /// <summary>The text of the file.</summary>
    public static string Write(ConformanceOutcome outcome, Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(verdict);
        return Write(TestsOf(outcome, verdict));
    }

    /// <summary>The text of a file with tests, each with what failed; null where nothing did.</summary>
    public static string Write(IEnumerable<(string Suite, string Name, string? Failure)> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        (string Suite, string Name, string? Failure)[] tests = [.. all];
        using var stream = new MemoryStream();
        var form = new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), CheckCharacters = false };
        using (var xml = XmlWriter.Create(stream, form))
        {
            xml.WriteStartElement("testsuites");
            WriteCounts(xml, "tileproof", tests);
            foreach (IGrouping<string, (string Suite, string Name, string? Failure)> suite in tests.GroupBy(static test => test.Suite))
            {
                xml.WriteStartElement("testsuite");
                WriteCounts(xml, suite.Key, [.. suite]);
                foreach ((_, string name, string? failure) in suite)
                {
                    xml.WriteStartElement("testcase");
                    xml.WriteAttributeString("classname", Clean(suite.Key));
                    xml.WriteAttributeString("name", Clean(name));
                    if (failure is not null)
                    {
                        xml.WriteStartElement("failure");
                        xml.WriteAttributeString("message", Clean(failure));
                        xml.WriteEndElement();
                    }

                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static IEnumerable<(string Suite, string Name, string? Failure)> TestsOf(ConformanceOutcome outcome, Verdict verdict)
    {
        foreach (VerdictClause clause in verdict.Clauses)
        {
            yield return ("verdict", $"no {clause.Name}", clause.Holds ? null : $"{Counted.InThousands(clause.Count, clause.Name)}, first: {clause.First}");
        }

        ILookup<(GoldenCall, BankSetting), CallProof> proofs = outcome.Proofs.ToLookup(static proof => (proof.Golden, proof.Bank));
        foreach (var call in outcome.Cases.GroupBy(static result => (result.Case.Golden, result.Case.Bank)))
        {
            string[] failures =
            [
                .. call.Where(static result => !result.IsProven).Select(SummaryReport.DescribeFailure),
                .. proofs[call.Key].Where(static proof => proof.IsWrong).Select(ProofReport.Describe),
                .. proofs[call.Key].Where(static proof => proof.Arithmetic is { Difference: not null }).Select(ProofReport.DescribeArithmetic),
            ];
            GoldenCall golden = call.Key.Golden;
            yield return ($"{golden.Network}, banks {call.Key.Bank}", string.Create(CultureInfo.InvariantCulture, $"{golden.Call.Index} {golden.Call.Name} ({golden.Call.LayerKey})"), failures.FirstOrDefault());
        }

        foreach (EndToEndResult run in outcome.EndToEnd)
        {
            yield return ($"{run.Network} end to end", $"banks {run.Bank}, landing {ChoiceList.NameOf(run.Landing)}", run.IsProven ? null : SummaryReport.DescribeFailure(run));
        }

        foreach (GoldenCall golden in outcome.Goldens)
        {
            yield return (
                $"{golden.Network} goldens",
                string.Create(CultureInfo.InvariantCulture, $"{golden.Call.Index} {golden.Call.Name}"),
                !golden.IsAgreed ? SummaryReport.DescribeDisagreement(golden) : golden.OverflowCount > 0 ? AccumulatorReport.Describe(golden) : null);
        }

        foreach (OriginalResult original in outcome.Originals)
        {
            yield return ("original files", original.Network, original.Unlike > 0 ? OriginalReport.DescribeFirst(original) : null);
        }
    }

    private static void WriteCounts(XmlWriter xml, string name, (string Suite, string Name, string? Failure)[] tests)
    {
        xml.WriteAttributeString("name", Clean(name));
        xml.WriteAttributeString("tests", tests.Length.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", tests.Count(static test => test.Failure is not null).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Names of model files may hold characters that XML has not.</summary>
    private static string Clean(string text) => string.Concat(text.Select(static c => XmlConvert.IsXmlChar(c) ? c : '\uFFFD'));
}
