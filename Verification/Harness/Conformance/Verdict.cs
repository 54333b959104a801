using System.Globalization;

namespace TileProof.Verification;

/// <summary>What a run proves and what it does not: the one place that reports, printed lines and exit codes come from.</summary>
public sealed record Verdict
{
    /// <summary>Everything that must not happen, in the order of the reports. One that happened makes the run not proven.</summary>
    public required IReadOnlyList<VerdictClause> Clauses { get; init; }

    /// <summary>What was compared.</summary>
    public required RunExtent Extent { get; init; }

    /// <summary>What the run leaves open although it is proven, a phrase each; empty when it covers all that the networks have.</summary>
    public required IReadOnlyList<string> NotCovered { get; init; }

    /// <summary>How far the networks are from the files that they come from, a phrase each; it decides nothing.</summary>
    public IReadOnlyList<string> Distances { get; init; } = [];

    /// <summary>Whether every clause is kept.</summary>
    public bool IsProven => Clauses.All(static clause => clause.IsKept);

    /// <summary>What the process returns (see <see cref="Verification.ExitCode"/>).</summary>
    public int ExitCode => IsProven ? Verification.ExitCode.Proven : Verification.ExitCode.NotProven;

    /// <summary>One line: whether it is proven, what was compared, the sum of every clause over the parts of the run, and what is not covered.</summary>
    public string Line
    {
        get
        {
            IEnumerable<string> counts = Clauses
                .GroupBy(static clause => clause.Name, StringComparer.Ordinal)
                .Select(static clauses => string.Create(CultureInfo.InvariantCulture, $"{clauses.Sum(static clause => clause.Count):N0} {clauses.Key}"));
            string open = NotCovered.Count == 0 ? "" : $"; not covered: {string.Join(", ", NotCovered)}";
            return $"{(IsProven ? "proven" : "NOT proven")}: {Extent}, {string.Join(", ", counts)}{string.Concat(Distances.Select(static distance => $"; {distance}"))}{open}";
        }
    }

    /// <summary>The verdict on a run. A new kind of failure is one more clause here.</summary>
    public static Verdict Of(ConformanceOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var clauses = new List<VerdictClause>
        {
            Count("mismatches", VerdictClause.LayerByLayer, outcome.Cases, static one => one.Difference.DifferingElements, SummaryReport.DescribeFailure),
            Count("mismatches", VerdictClause.EndToEnd, outcome.EndToEnd, static run => run.DifferingElements, SummaryReport.DescribeFailure),
            CountHazards(outcome, VerdictClause.LayerByLayer),
            CountHazards(outcome, VerdictClause.EndToEnd),
            Count("faults", VerdictClause.LayerByLayer, outcome.Cases, static one => one.Fault is null ? 0 : 1, SummaryReport.DescribeFailure),
            Count("faults", VerdictClause.EndToEnd, outcome.EndToEnd, static run => run.Fault is null ? 0 : 1, SummaryReport.DescribeFailure),
            Count("disagreements between goldens", "goldens", outcome.Goldens, static golden => golden.IsAgreed ? 0 : 1, SummaryReport.DescribeDisagreement),
            Count("accumulators that may wrap", VerdictClause.LayerByLayer, outcome.Goldens, static golden => golden.OverflowCount, AccumulatorReport.Describe),
        };
        if (outcome.Originals.Count > 0)
        {
            clauses.Add(Count("values unlike the original file", "original files", outcome.Originals, static result => result.Unlike, OriginalReport.DescribeFirst));
        }

        if (outcome.Adversarial.Count > 0)
        {
            clauses.Add(Count("harmed schedules", "adversarial", outcome.Adversarial, static row => row.Harmed, static row => $"{row.Network} {row.Call}, banks {row.Bank}: {row.FirstHarmed}"));
        }

        return new Verdict
        {
            Clauses = clauses,
            Extent = RunExtent.Of(outcome),
            NotCovered = OpenEnds.Of(outcome),
            Distances = [.. outcome.Originals.Select(OriginalReport.Distance).OfType<string>()],
        };
    }

    private static VerdictClause CountHazards(ConformanceOutcome outcome, string part) => Count(
        "hazards",
        part,
        [.. outcome.FoundHazards.Where(found => found.Part == part)],
        static found => found.IsViolation ? 1 : 0,
        static found => $"{found.Network} {found.Call}, banks {found.Bank}: {found.Hazard}");

    private static VerdictClause Count<TItem>(string name, string part, IReadOnlyList<TItem> items, Func<TItem, long> count, Func<TItem, string> describe)
        where TItem : class
    {
        TItem? first = items.FirstOrDefault(item => count(item) > 0);
        return new VerdictClause(name, part, items.Sum(count), first is null ? "" : describe(first));
    }
}
