using System.Globalization;

namespace TileProof.Verification.Differences;

/// <summary>A table of differences of one sort.</summary>
/// <param name="Title">What it lists.</param>
/// <param name="Header">The columns.</param>
/// <param name="Numbers">From which column on cells are numbers.</param>
/// <param name="Rows">The cells, row by row.</param>
internal sealed record DifferenceSection(string Title, IReadOnlyList<string> Header, int Numbers, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const int NamedBanks = 4;

    /// <summary>The tables that are not empty.</summary>
    public static IReadOnlyList<DifferenceSection> Of(RunDifferences differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        DifferenceSection[] sections =
        [
            .. Enum.GetValues<DifferenceKind>().SelectMany(kind => OfKind(kind, [.. differences.All.Where(difference => difference.Kind == kind)])),
            Cycles("Cycles of whole networks", "network", differences.Networks),
            Cycles("Cycles of calls", "call", differences.Calls),
        ];
        return [.. sections.Where(static section => section.Rows.Count > 0)];
    }

    private static IEnumerable<DifferenceSection> OfKind(DifferenceKind kind, Difference[] differences)
    {
        Difference[] worse = [.. differences.Where(static difference => difference.IsWorse)];
        Difference[] others = [.. differences.Where(static difference => !difference.IsWorse)];
        switch (kind)
        {
            case DifferenceKind.Proven:
                return [Table("No longer proven", worse), Table("Proven now, or otherwise not proven", others)];
            case DifferenceKind.Coverage:
                return [Table("No longer run", worse), Table("Run now", others)];
            case DifferenceKind.Hazard:
                return [Table("New hazards", worse), Table("Hazards gone or changed", others)];
            case DifferenceKind.Clause:
                return [Table("Verdict", differences)];
            case DifferenceKind.Output:
                return [Table("Output bytes", differences)];
            case DifferenceKind.Plan:
                return [Table("Plans", differences)];
            case DifferenceKind.Accuracy:
                return [Table("Accuracy", differences)];
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "No table for this kind.");
        }
    }

    private static DifferenceSection Table(string title, IEnumerable<Difference> differences) => new(
        title,
        ["place", "banks", "property", "old", "new"],
        5,
        [.. differences.Select(static difference => (string[])[difference.Place, BanksOf(difference.Banks), difference.What, Shown(difference.Old), Shown(difference.New)])]);

    private static DifferenceSection Cycles(string title, string what, IReadOnlyList<CycleDifference> differences) => new(
        title,
        [what, "banks", "mode", "old", "new", "growth", "percent"],
        3,
        [
            .. differences.Select(static cycles => (string[])
            [
                cycles.Place,
                cycles.Bank,
                cycles.Mode,
                cycles.Old.ToString("N0", CultureInfo.InvariantCulture),
                cycles.New.ToString("N0", CultureInfo.InvariantCulture),
                cycles.Growth.ToString("+#,0;-#,0;0", CultureInfo.InvariantCulture),
                cycles.GrowthPercent.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) + " %",
            ]),
        ]);

    private static string Shown(string value) => value.Length == 0 ? "-" : value;

    private static string BanksOf(IReadOnlyList<string> banks) => banks.Count switch
    {
        0 => "-",
        <= NamedBanks => string.Join(", ", banks),
        _ => string.Create(CultureInfo.InvariantCulture, $"{banks[0]}, {banks[1]} and {banks.Count - 2} more"),
    };
}
