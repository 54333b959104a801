using System.Globalization;
using System.Text;
using TileProof.Verification.Files;

namespace TileProof.Verification.Mutation;

/// <summary>What a self-test found: the verdict of every defect over all layers, the counts, and whether it shows that defects are caught.</summary>
/// <remarks>
/// A defect counts as caught when at least one layer catches it. Otherwise one missed layer makes it missed, one that could not show it makes
/// it not exercised, and it is equivalent when every layer that has a place for it proves so. The layers of the self-test must exercise every
/// defect; those that a user chose need not: what their shapes hide is named and shows nothing.
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
    private readonly bool layersAreChosen;
    private readonly IReadOnlyList<(string Class, string Defect, MutationVerdict Verdict)> defects;

    /// <summary>Sums up the rows of a run.</summary>
    /// <param name="rows">One a defect and layer.</param>
    /// <param name="layersAreChosen">Whether a user chose the layers, which then need not exercise every defect.</param>
    public MutationOutcome(IReadOnlyList<MutationRow> rows, bool layersAreChosen = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        this.layersAreChosen = layersAreChosen;
        movement = new MovementTable(rows);
        defects = [.. rows.GroupBy(static row => (row.Class, row.Defect)).Select(static group => (group.Key.Class, group.Key.Defect, VerdictOf(group)))];
    }

    /// <summary>Defects that a layer caught, by bytes, by a hazard rule, by totals or by the prover.</summary>
    public int CaughtCount => defects.Count(static defect => defect.Verdict <= MutationVerdict.Prover);

    /// <summary>Whether at least one defect was caught, every one that applies was caught, is proven equivalent or is hidden by layers that a user chose, and the prover called none right that changes bytes.</summary>
    public bool IsProven => CaughtCount > 0 && Uncaught.Count == 0 && movement.CalledRight.Count == 0;

    /// <summary>The exit code (see <see cref="ExitCode"/>).</summary>
    public int ExitCode => IsProven ? Verification.ExitCode.Proven : Verification.ExitCode.NotProven;

    /// <summary>The defects that were missed, and those that layers of the self-test do not exercise, in the order of the rows.</summary>
    public IReadOnlyList<string> Uncaught => [.. layersAreChosen ? Named(MutationVerdict.Missed) : Named(MutationVerdict.Missed, MutationVerdict.NotExercised)];

    /// <summary>The defects that can change outputs of layers that a user chose, but not with these shapes and values.</summary>
    public IReadOnlyList<string> NotExercised => [.. layersAreChosen ? Named(MutationVerdict.NotExercised) : []];

    /// <summary>The defects that no layer has a place for.</summary>
    public IReadOnlyList<string> NotApplicable => [.. Named(MutationVerdict.NotApplicable)];

    /// <summary>The line that ends a run: the counts, and what they leave open.</summary>
    public string Verdict
    {
        get
        {
            string counts = string.Create(
                CultureInfo.InvariantCulture,
                $"{CaughtCount} caught, {CountOf(MutationVerdict.Equivalent)} proven equivalent, {CountOf(MutationVerdict.NotExercised)} not exercised, {CountOf(MutationVerdict.NotApplicable)} not applicable, {CountOf(MutationVerdict.Missed)} missed");
            string all = Counted.Of(defects.Count, "defects");
            string[] open =
            [
                .. NotApplicable.Count > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{NotApplicable.Count} {(NotApplicable.Count == 1 ? "has" : "have")} no place in the programs of this run")] : Array.Empty<string>(),
                .. NotExercised.Count > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{NotExercised.Count} cannot show on these layers")] : Array.Empty<string>(),
            ];
            return CaughtCount == 0 ? $"NOT proven: {all}: {counts}; no defect applies and is caught, so that nothing is shown"
                : !IsProven ? $"NOT proven: {all}: {counts}"
                : open.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"proven for {defects.Count - NotApplicable.Count - NotExercised.Count} of {all}; of the others {string.Join(" and ", open)}: {counts}")
                : $"proven: {all}: {counts}";
        }
    }

    /// <summary>The report for people: the table, the defects that show nothing, by name, and the verdict.</summary>
    public string Describe() =>
        WriteSummary()
        + movement.Describe()
        + string.Concat(Uncaught.Select(static defect => $"not caught: {defect}\n"))
        + (NotExercised.Count == 0 ? "" : $"not exercised: {string.Join(", ", NotExercised)}\n")
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
