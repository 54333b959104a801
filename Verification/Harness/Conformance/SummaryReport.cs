using System.Globalization;
using System.Text;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Comparison;
using TileProof.Verification.Files;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;
using TileProof.Verification.Originals;
using TileProof.Verification.Proof;

namespace TileProof.Verification.Conformance;

/// <summary>Writes <c>summary.md</c>, the report for people.</summary>
public static class SummaryReport
{
    private const int ListedFailures = 20;

    /// <summary>The text of the report.</summary>
    /// <param name="outcome">What the run found.</param>
    /// <param name="verdict">The verdict on it.</param>
    /// <param name="versions">Versions of the tool, the runtime and the golden engine.</param>
    /// <param name="settings">Settings that determine the result.</param>
    public static string Write(ConformanceOutcome outcome, Verdict verdict, string versions, string settings)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(verdict);
        var text = new StringBuilder();
        text.Append("# TileProof conformance\n\n");
        text.Append(verdict.Line).Append("\n\n");
        text.Append(versions).Append("  \n").Append(settings).Append("\n\n");
        AppendGoldens(text, outcome.Goldens);
        AppendBanks(text, outcome);
        AppendScope(text, verdict, outcome.Proofs.Count > 0);
        text.Append(ProofReport.Write(outcome.Proofs));
        AppendFailures(text, "Failing cases", "conformance.csv", [.. outcome.Cases.Where(static result => !result.IsProven).Select(DescribeFailure)]);
        AppendFailures(text, "Failing whole networks", "end_to_end.csv", [.. outcome.EndToEnd.Where(static result => !result.IsProven).Select(DescribeFailure)]);
        AppendOperators(text, outcome.Cases);
        AppendConvolutions(text, outcome);
        text.Append(AccumulatorReport.Write(outcome.Goldens));
        text.Append(OriginalReport.Write(outcome.Originals));
        text.Append('\n').Append(HazardReport.WriteSummary(outcome.FoundHazards));
        text.Append(AdversarialRow.WriteSummary(outcome.Adversarial));
        return text.ToString();
    }

    /// <summary>One line that says where a case fails and what may be the cause.</summary>
    public static string DescribeFailure(CaseResult failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        ConformanceRow row = ConformanceRow.Of(failure);
        string place = $"{row.Network} {row.Call} ({row.ConfigKey}), banks {row.Bank}{(row.Mode.Length == 0 ? "" : $", {row.Mode}")}, landing {row.Landing}";
        if (failure is { Fault: null, Difference.IsEqual: true, ViolationCount: > 0 })
        {
            return $"{place}: {failure.Hazards.First(static hazard => hazard.Rule.Severity == HazardSeverity.Violation)}";
        }

        return failure.Fault is not null
            ? $"{place}: {failure.Fault}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{place}: {row.Mismatches} elements of {row.BytesCompared} bytes differ, first at {row.FirstMismatch} in tile {(row.Tile.Length == 0 ? row.Plan : row.Tile)}: expected {row.Expected}, actual {row.Actual}; likely {row.LikelyCause}");
    }

    /// <summary>One line that says how a whole network fails.</summary>
    public static string DescribeFailure(EndToEndResult failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        string place = $"{failure.Network} end to end, banks {failure.Bank}, landing {ChoiceList.NameOf(failure.Landing)}";
        string problem = failure switch
        {
            { Fault: { } fault } => fault,
            { First: { } first } => string.Create(
                CultureInfo.InvariantCulture,
                $"{failure.DifferingElements} elements differ, first in {failure.FirstDifferingCall} at {first.Index}: expected {first.Expected}, actual {first.Actual}"),
            _ => failure.Hazards.Where(static found => found.IsViolation).Select(static found => $"{found.Call}: {found.Hazard}").First(),
        };
        return $"{place}: {problem}";
    }

    /// <summary>One line: every engine that disagrees with the reference golden of a call, or computed nothing of it.</summary>
    public static string DescribeDisagreement(GoldenCall golden)
    {
        ArgumentNullException.ThrowIfNull(golden);
        IEnumerable<string> engines = golden.Agreements.Where(static agreement => !agreement.IsAgreed).Select(static agreement => agreement.First is { } first
            ? string.Create(CultureInfo.InvariantCulture, $"{agreement}, first at {first.Index}: reference {first.Expected}, {agreement.Engine} {first.Actual}")
            : agreement.ToString());
        return $"goldens disagree: {golden.Network} {golden.Call.Name} ({golden.Call.LayerKey}): {string.Join("; ", engines)}";
    }

    private static void AppendGoldens(StringBuilder text, IReadOnlyList<GoldenCall> goldens)
    {
        text.Append("## Goldens\n\n");
        text.Append("Reference: the integer graphs in ONNX Runtime (for softmax the scalar oracle, for convolutions without a tiled kernel the generic one). Every other engine is compared with it first.\n\n");
        var table = new MarkdownTable(text, "engine", "calls:", "elements compared:", "differ:", "tolerance");
        foreach (IGrouping<(string Engine, int ToleratedUlp), GoldenAgreement> group in goldens
            .SelectMany(static golden => golden.Agreements)
            .GroupBy(static agreement => (agreement.Engine, agreement.ToleratedUlp)))
        {
            string tolerance = group.Key.ToleratedUlp == 0 ? "bit for bit" : string.Create(CultureInfo.InvariantCulture, $"{group.Key.ToleratedUlp} ULP");
            table.Row($"{group.Key.Engine} | {group.Count()} | {group.Sum(static agreement => (long)agreement.ComparedElements):N0} | {group.Sum(static agreement => (long)agreement.DifferingElements):N0} | {tolerance}");
        }

        int sampled = goldens.Count(static golden => golden.Call is Conv2dCall && golden.Call.MultiplyAccumulates > NetworkGolden.CompleteOracleLimit);
        if (sampled > 0)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\nThe scalar oracle computed {NetworkGolden.SampledElements} evenly spaced elements of each of {Counted.Of(sampled, "convolutions")} above {NetworkGolden.CompleteOracleLimit:N0} multiply-accumulates, and every element of all other calls.\n");
        }

        text.Append('\n');
        foreach (GoldenCall golden in goldens.Where(static golden => !golden.IsAgreed))
        {
            text.Append(CultureInfo.InvariantCulture, $"* {DescribeDisagreement(golden)}\n");
        }

        foreach ((GoldenCall golden, GoldenAgreement agreement) in
            from golden in goldens from agreement in golden.Agreements where agreement is { IsAgreed: true, OtherZeros: > 0 } select (golden, agreement))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"* {golden.Network} {golden.Call.Name} ({golden.Call.LayerKey}): {agreement.Engine} gives {Counted.Of(agreement.OtherZeros, "zeros")} of the other sign, which is no disagreement: its input has a -0, and the contract takes +0 for the larger one\n");
        }
    }

    private static void AppendBanks(StringBuilder text, ConformanceOutcome outcome)
    {
        text.Append("## Bank settings\n\n");
        text.Append("Calls by path, cases layer by layer (each call on the golden's own input), and whole networks end to end.\n\n");
        var table = new MarkdownTable(text, "network", "banks", "dma:", "direct:", "portable:", "cases:", "bytes compared:", "mismatches:", "faults:", "end to end");
        foreach (IGrouping<(string Network, BankSetting Bank), CaseResult> group in outcome.Cases.GroupBy(static result => (result.Case.Golden.Network, result.Case.Bank)))
        {
            int CountPath(OperatorPath path) =>
                group.Where(result => result.Execution?.Path == path).Select(static result => result.Case.Golden.Call.Index).Distinct().Count();

            table.Row($"{group.Key.Network} | {group.Key.Bank} | {CountPath(OperatorPath.Dma)} | {CountPath(OperatorPath.Direct)} | {CountPath(OperatorPath.Portable)} | {group.Count()} | {group.Sum(static result => (long)result.Difference.ComparedBytes):N0} | {group.Sum(static result => (long)result.Difference.DifferingElements):N0} | {group.Count(static result => result.Fault is not null)} | {DescribeEndToEnd(outcome, group.Key.Network, group.Key.Bank)}");
        }

        text.Append('\n');
    }

    private static string DescribeEndToEnd(ConformanceOutcome outcome, string network, BankSetting bank)
    {
        EndToEndResult[] runs = [.. outcome.EndToEnd.Where(result => result.Network == network && result.Bank == bank)];
        if (runs.Length == 0)
        {
            return "not run";
        }

        int failures = runs.Count(static run => !run.IsProven);
        return failures == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(runs.Length, "runs")} equal, output {runs[0].OutputHash}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{failures} of {Counted.Of(runs.Length, "runs")} {(runs.Length == 1 ? "fails" : "fail")}: {Counted.Of(runs.Sum(static run => run.DifferingElements), "mismatches")}, {Counted.Of(runs.Sum(static run => run.ViolationCount), "hazards")}, {Counted.Of(runs.Count(static run => run.Fault is not null), "faults")}");
    }

    private static void AppendFailures(StringBuilder text, string title, string table, IReadOnlyList<string> failures)
    {
        if (failures.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"## {title} ({failures.Count})\n\n");
        foreach (string failure in failures.Take(ListedFailures))
        {
            text.Append("* ").Append(failure).Append('\n');
        }

        if (failures.Count > ListedFailures)
        {
            text.Append(CultureInfo.InvariantCulture, $"* and {failures.Count - ListedFailures} more in {table}\n");
        }

        text.Append('\n');
    }

    private static void AppendScope(StringBuilder text, Verdict verdict, bool hasProofs)
    {
        text.Append("## What is proven, and what is not\n\n");
        text.Append(verdict.IsProven ? "Every clause holds:" : "NOT every clause holds:").Append("\n\n");
        var table = new MarkdownTable(text, "clause", "found:", "first");
        foreach (VerdictClause clause in verdict.Clauses)
        {
            table.Row($"no {clause.Name} | {clause.Count:N0} | {(clause.Holds ? "-" : clause.First)}");
        }

        text.Append(hasProofs
            ? "\nOn the images of this run; what holds for every input stands below. Not covered:"
            : "\nOn the images of this run; other values of the same shapes move the same bytes, but are not compared. Not covered:");
        text.Append(verdict.NotCovered.Count == 0 ? " no call and no bank setting of the run was left out.\n\n" : "\n\n");
        foreach (string omission in verdict.NotCovered)
        {
            text.Append("* ").Append(omission).Append('\n');
        }

        text.Append(verdict.NotCovered.Count == 0 ? "" : "\n");
    }

    private static void AppendOperators(StringBuilder text, IReadOnlyList<CaseResult> results)
    {
        text.Append("## Operators\n\n");
        var table = new MarkdownTable(text, "network", "operator", "calls:", "cases:", "bytes compared:", "mismatches:", "generic: equal/one/two/more levels");
        foreach (IGrouping<(string Network, OperatorKind Kind), CaseResult> group in results.GroupBy(static result => (result.Case.Golden.Network, result.Case.Golden.Call.Kind)))
        {
            GoldenCall[] calls = [.. group.Select(static result => result.Case.Golden).Distinct()];
            LevelDifferences? levels = calls
                .Select(static golden => golden.GenericLevels)
                .OfType<LevelDifferences>()
                .Aggregate((LevelDifferences?)null, static (sum, next) => sum is null ? next : sum + next);
            table.Row($"{group.Key.Network} | {ChoiceList.NameOf(group.Key.Kind)} | {calls.Length} | {group.Count()} | {group.Sum(static result => (long)result.Difference.ComparedBytes):N0} | {group.Sum(static result => (long)result.Difference.DifferingElements):N0} | {levels?.ToString() ?? "-"}");
        }

        text.Append('\n');
    }

    private static void AppendConvolutions(StringBuilder text, ConformanceOutcome outcome)
    {
        ILookup<GoldenCall, CaseResult> byCall = outcome.Cases.ToLookup(static result => result.Case.Golden);
        text.Append("## Convolutions\n\n");
        text.Append("Generic is the vendor's float-accumulating kernel against the golden: elements equal / one / two / more levels apart.\n\n");
        var table = new MarkdownTable(text, "network", "call", "key", "accum shift:", "scale:", "out shift:", "output range", "cases:", "mismatches:", "generic");
        foreach (GoldenCall golden in outcome.Goldens.Where(static golden => golden.Requantization is not null))
        {
            Requantization requantization = golden.Requantization!;
            (int minimum, int maximum) = RangeOf(golden.Expected.Int8);
            table.Row($"{golden.Network} | {golden.Call.Name} | {golden.Call.LayerKey} | {requantization.AccumulatorShift} | {requantization.OutputScales[0]} | {requantization.OutputShift} | {minimum}..{maximum} | {byCall[golden].Count()} | {byCall[golden].Sum(static result => (long)result.Difference.DifferingElements)} | {golden.GenericLevels}");
        }
    }

    private static (int Minimum, int Maximum) RangeOf(ReadOnlySpan<sbyte> levels)
    {
        int minimum = sbyte.MaxValue;
        int maximum = sbyte.MinValue;
        foreach (sbyte level in levels)
        {
            minimum = Math.Min(minimum, level);
            maximum = Math.Max(maximum, level);
        }

        return (minimum, maximum);
    }
}
