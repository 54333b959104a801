using System.Globalization;
using System.Text;
using TileProof.Verification.Files;

namespace TileProof.Verification.Mutation;

/// <summary>What a self-test found: the verdict of every defect over all layers, the counts, and whether it shows that defects are caught.</summary>
/// <remarks>
/// A defect counts as caught when at least one layer catches it. Otherwise one missed layer makes it missed, one that could not show it makes
/// it not exercised, and it is equivalent when every layer that has a place for it proves so.
/// </remarks>
public sealed class MutationOutcome
{
    private static readonly (MutationVerdict Verdict, string Column)[] Columns =
    [
        (MutationVerdict.Numerics, "numerics"),
        (MutationVerdict.HazardRule, "hazard rule"),
        (MutationVerdict.Snapshot, "snapshot"),
        (MutationVerdict.Prover, "prover"),
        (MutationVerdict.Equivalent, "proven equivalent"),
        (MutationVerdict.NotExercised, "not exercised"),
        (MutationVerdict.NotApplicable, "not applicable"),
        (MutationVerdict.Missed, "missed"),
    ];

    private readonly MovementTable movement;
    private readonly IReadOnlyList<(string Class, string Defect, MutationVerdict Verdict)> defects;

    /// <summary>Sums up the rows of a run.</summary>
    /// <param name="rows">One a defect and layer.</param>
    public MutationOutcome(IReadOnlyList<MutationRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        movement = new MovementTable(rows);
        defects = [.. rows.GroupBy(static row => (row.Class, row.Defect)).Select(static group => (group.Key.Class, group.Key.Defect, VerdictOf(group)))];
    }

    /// <summary>Defects that a layer caught, by bytes, by a hazard rule, by totals or by the prover.</summary>
    public int CaughtCount => defects.Count(static defect => defect.Verdict <= MutationVerdict.Prover);

    /// <summary>Whether at least one defect was caught, every one that applies was caught or is proven equivalent, and the prover called none right that changes bytes.</summary>
    public bool IsProven => CaughtCount > 0 && Uncaught.Count == 0 && movement.CalledRight.Count == 0;

    /// <summary>The exit code (see <see cref="ExitCode"/>).</summary>
    public int ExitCode => IsProven ? Verification.ExitCode.Proven : Verification.ExitCode.NotProven;

    /// <summary>The defects that were missed or not exercised, in the order of the rows.</summary>
    public IReadOnlyList<string> Uncaught => [.. Named(MutationVerdict.Missed, MutationVerdict.NotExercised)];

    /// <summary>The defects that no layer has a place for.</summary>
    public IReadOnlyList<string> NotApplicable => [.. Named(MutationVerdict.NotApplicable)];

    /// <summary>The line that ends a run: the counts, and what they leave open.</summary>
    public string Verdict
    {
        get
        {
            string counts = string.Create(
                CultureInfo.InvariantCulture,
                $"{Counted.Of(defects.Count, "defects")}: {CaughtCount} caught, {CountOf(MutationVerdict.Equivalent)} proven equivalent, {CountOf(MutationVerdict.NotExercised)} not exercised, {CountOf(MutationVerdict.NotApplicable)} not applicable, {CountOf(MutationVerdict.Missed)} missed");
            return CaughtCount == 0 ? $"NOT proven: {counts}; no defect applies and is caught, so that nothing is shown"
                : !IsProven ? $"NOT proven: {counts}"
                : NotApplicable.Count > 0 ? $"proven for the {defects.Count - NotApplicable.Count} defects that apply: {counts}; the programs of this run have no place for the others"
                : $"proven: {counts}";
        }
    }

    /// <summary>The report for people: the table, the defects that show nothing, by name, and the verdict.</summary>
    public string Describe() =>
        WriteSummary()
        + movement.Describe()
        + string.Concat(Uncaught.Select(static defect => $"not caught: {defect}\n"))
        + (NotApplicable.Count == 0 ? "" : $"not applicable: {string.Join(", ", NotApplicable)}\n")
        + $"{Verdict}\n";

    /// <summary>The best that any layer did for one defect.</summary>
    public static MutationVerdict VerdictOf(IEnumerable<MutationRow> rowsOfDefect)
    {
        ArgumentNullException.ThrowIfNull(rowsOfDefect);
        HashSet<MutationVerdict> verdicts = [.. rowsOfDefect.Select(static row => row.Verdict).Where(static verdict => verdict != MutationVerdict.NotApplicable)];
        return verdicts.Count == 0 ? MutationVerdict.NotApplicable
            : verdicts.Min() <= MutationVerdict.Prover ? verdicts.Min()
            : verdicts.Contains(MutationVerdict.Missed) ? MutationVerdict.Missed
            : verdicts.Contains(MutationVerdict.NotExercised) ? MutationVerdict.NotExercised
            : MutationVerdict.Equivalent;
    }

    /// <summary>The section of the summary: how many defects of each class were caught by what.</summary>
    public string WriteSummary()
    {
        var text = new StringBuilder("## Deliberate defects\n\n");
        var table = new MarkdownTable(text, ["class", "defects:", .. Columns.Select(static column => $"{column.Column}:")]);
        foreach (IGrouping<string, (string Class, string Defect, MutationVerdict Verdict)> kind in defects.GroupBy(static defect => defect.Class))
        {
            AppendRow(table, kind.Key, [.. kind.Select(static defect => defect.Verdict)]);
        }

        AppendRow(table, "**all**", [.. defects.Select(static defect => defect.Verdict)]);
        return text.ToString();
    }

    private static void AppendRow(MarkdownTable table, string name, IReadOnlyList<MutationVerdict> verdicts) =>
        table.Row([name, .. Columns.Select(column => verdicts.Count(verdict => verdict == column.Verdict)).Prepend(verdicts.Count).Select(static count => count.ToString(CultureInfo.InvariantCulture))]);

    private int CountOf(MutationVerdict verdict) => defects.Count(defect => defect.Verdict == verdict);

    private IEnumerable<string> Named(params MutationVerdict[] verdicts) => defects.Where(defect => verdicts.Contains(defect.Verdict)).Select(static defect => defect.Defect);
}
