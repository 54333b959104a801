using System.Globalization;
using TileProof.Verification.Accuracy;
using TileProof.Verification.Conformance;

using Row = System.Collections.Generic.IReadOnlyDictionary<string, string>;

namespace TileProof.Verification.Differences;

/// <summary>What two recorded runs differ in. A run does not differ from itself, whatever host it ran on.</summary>
public sealed class RunDifferences
{
    private const string CycleColumnPrefix = "cycles_";
    private const string ProvenEverywhere = "proven";

    /// <summary>Clauses of the verdict that the rows say more of.</summary>
    private static readonly string[] ClausesOfRows =
    [
        "mismatches", "hazards", "faults", "failures", "disagreements between goldens", "programs wrong for some input", "calls whose arithmetic differs for some value",
    ];

    private readonly List<Difference> all = [];
    private readonly List<CycleDifference> calls = [];
    private readonly List<CycleDifference> networks = [];
    private readonly List<string> notes = [];
    private readonly RecordedRun oldRun;
    private readonly RecordedRun newRun;

    private RunDifferences(RecordedRun oldRun, RecordedRun newRun)
    {
        this.oldRun = oldRun;
        this.newRun = newRun;
    }

    /// <summary>Everything but cycles, in the order of <see cref="DifferenceKind"/>.</summary>
    public IReadOnlyList<Difference> All => all;

    /// <summary>Calls whose predicted cycles differ, the largest difference first.</summary>
    public IReadOnlyList<CycleDifference> Calls => calls;

    /// <summary>Networks whose predicted cycles differ, over the calls that both runs have.</summary>
    public IReadOnlyList<CycleDifference> Networks => networks;

    /// <summary>Versions and settings that differ: they explain differences and are none.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Whether the runs say the same.</summary>
    public bool IsEmpty => all.Count == 0 && calls.Count == 0;

    /// <summary>Compares two runs.</summary>
    public static RunDifferences Between(RecordedRun oldRun, RecordedRun newRun)
    {
        ArgumentNullException.ThrowIfNull(oldRun);
        ArgumentNullException.ThrowIfNull(newRun);
        var differences = new RunDifferences(oldRun, newRun);
        differences.Note("versions", static file => file.Versions);
        differences.Note("settings", static file => file.Settings);
        differences.CompareCalls();
        differences.CompareNetworks();
        differences.CompareHazards();
        differences.CompareClauses();
        differences.CompareAccuracy();
        Difference[] sorted = [.. differences.all.OrderBy(static difference => difference.Kind)];
        differences.all.Clear();
        differences.all.AddRange(sorted);
        return differences;
    }

    private static string PlaceOf(Row row) => $"{row["network"]} {row["call_index"]} {row["call"]}";

    private void Note(string what, Func<RunFile, string> read)
    {
        if (read(oldRun.File) != read(newRun.File))
        {
            notes.Add($"{what}: {read(oldRun.File)} -> {read(newRun.File)}");
        }
    }

    private void CompareCalls()
    {
        static (string, string, string, string) Key(Row row) => (row["network"], row["call_index"], row["call"], row["bank"]);
        Dictionary<(string, string, string, string), Row> before = oldRun.Calls.ToDictionary(Key);
        HashSet<(string, string, string, string)> after = [.. newRun.Calls.Select(Key)];
        AddCoverage([.. oldRun.Calls.Where(row => !after.Contains(Key(row)))], [.. newRun.Calls.Where(row => !before.ContainsKey(Key(row)))]);
        (Row Old, Row New)[] pairs = [.. newRun.Calls.Where(row => before.ContainsKey(Key(row))).Select(row => (before[Key(row)], row))];
        foreach (IGrouping<string, (Row Old, Row New)> call in pairs.GroupBy(static pair => PlaceOf(pair.New)))
        {
            AddColumn(DifferenceKind.Proven, call, "result", "result", static value => value == ProvenEverywhere);
            AddColumn(DifferenceKind.Proven, call, "goldens", "golden engines", static value => value == "agreed");
            AddColumn(DifferenceKind.Proven, call, "movement", "moves the right elements for", static value => value == "every input");
            AddColumn(DifferenceKind.Proven, call, "arithmetic", "arithmetic compared on", static value => value is not ("wrong" or "examples" or ""));
            AddColumn(DifferenceKind.Output, call, "output_hash", "output", static _ => false);
            AddColumn(DifferenceKind.Plan, call, "path", "path", static _ => false);
            AddColumn(DifferenceKind.Plan, call, "plan", "plan", static _ => false);
        }

        CompareCycles(pairs);
    }

    /// <summary>Adds what differs in one column, together the bank settings at which it differs in the same way.</summary>
    private void AddColumn(DifferenceKind kind, IGrouping<string, (Row Old, Row New)> call, string column, string what, Func<string, bool> holds)
    {
        foreach (var change in call.Where(pair => pair.Old[column] != pair.New[column]).GroupBy(pair => (Old: pair.Old[column], New: pair.New[column])))
        {
            all.Add(new Difference(
                kind, call.Key, [.. change.Select(static pair => pair.New["bank"])], what, change.Key.Old, change.Key.New, holds(change.Key.Old) && !holds(change.Key.New)));
        }
    }

    private void AddCoverage(Row[] gone, Row[] added)
    {
        foreach (IGrouping<string, Row> network in gone.GroupBy(static row => row["network"]))
        {
            all.Add(new Difference(DifferenceKind.Coverage, network.Key, BanksOf(network), "calls at a bank setting", Counted(network), "not run", IsWorse: true));
        }

        foreach (IGrouping<string, Row> network in added.GroupBy(static row => row["network"]))
        {
            all.Add(new Difference(DifferenceKind.Coverage, network.Key, BanksOf(network), "calls at a bank setting", "not run", Counted(network), IsWorse: network.Any(static row => row["result"] != ProvenEverywhere)));
        }

        static string[] BanksOf(IEnumerable<Row> rows) => [.. rows.Select(static row => row["bank"]).Distinct(StringComparer.Ordinal)];
        static string Counted(IEnumerable<Row> rows) => string.Create(CultureInfo.InvariantCulture, $"{rows.Count()} ran, first {PlaceOf(rows.First())}");
    }

    private void CompareCycles((Row Old, Row New)[] pairs)
    {
        string[] columns = [.. (pairs.Length == 0 ? [] : pairs[0].New.Keys).Where(static column => column.StartsWith(CycleColumnPrefix, StringComparison.Ordinal))];
        foreach (string column in columns)
        {
            string mode = column[CycleColumnPrefix.Length..].Replace('_', '-');
            (Row Row, long Old, long New)[] priced =
            [
                .. from pair in pairs
                   let before = Cycles(pair.Old, column)
                   let now = Cycles(pair.New, column)
                   where before is not null && now is not null
                   select (pair.New, before.Value, now.Value),
            ];
            calls.AddRange(priced.Where(static call => call.Old != call.New).Select(call => new CycleDifference(PlaceOf(call.Row), call.Row["bank"], mode, call.Old, call.New)));
            foreach (var network in priced.GroupBy(static call => (Network: call.Row["network"], Bank: call.Row["bank"])))
            {
                if (network.Any(static call => call.Old != call.New))
                {
                    networks.Add(new CycleDifference(network.Key.Network, network.Key.Bank, mode, network.Sum(static call => call.Old), network.Sum(static call => call.New)));
                }
            }
        }

        calls.Sort(static (x, y) => Math.Abs(y.Growth).CompareTo(Math.Abs(x.Growth)) is not 0 and var order ? order : string.CompareOrdinal($"{x.Place} {x.Bank} {x.Mode}", $"{y.Place} {y.Bank} {y.Mode}"));

        static long? Cycles(Row row, string column) => long.TryParse(row.GetValueOrDefault(column), NumberStyles.None, CultureInfo.InvariantCulture, out long cycles) ? cycles : null;
    }

    private void CompareNetworks()
    {
        static (string, string, string) Key(Row row) => (row["network"], row["bank"], row["landing"]);
        static string ResultOf(Row row) => row["fault"].Length > 0 ? "fault" : row["mismatches"] != "0" ? "mismatch" : row["hazards"] != "0" ? "hazard" : ProvenEverywhere;
        Dictionary<(string, string, string), Row> before = oldRun.EndToEnd.ToDictionary(Key);
        HashSet<(string, string, string)> after = [.. newRun.EndToEnd.Select(Key)];
        foreach (IGrouping<string, Row> network in oldRun.EndToEnd.Where(row => !after.Contains(Key(row))).GroupBy(static row => row["network"]))
        {
            all.Add(new Difference(DifferenceKind.Coverage, $"{network.Key} end to end", [.. network.Select(static row => row["bank"]).Distinct(StringComparer.Ordinal)], "whole networks", $"{network.Count()} ran", "not run", IsWorse: true));
        }

        foreach (IGrouping<string, Row> network in newRun.EndToEnd.Where(row => before.ContainsKey(Key(row))).GroupBy(static row => row["network"]))
        {
            foreach (var change in network.Select(row => (Row: row, Old: ResultOf(before[Key(row)]), New: ResultOf(row))).Where(static pair => pair.Old != pair.New).GroupBy(static pair => (pair.Old, pair.New)))
            {
                all.Add(new Difference(
                    DifferenceKind.Proven, $"{network.Key} end to end", [.. change.Select(static pair => pair.Row["bank"]).Distinct(StringComparer.Ordinal)], "result", change.Key.Old, change.Key.New, change.Key.Old == ProvenEverywhere));
            }

            foreach (var change in network.Select(row => (Row: row, Old: before[Key(row)]["output_hash"], New: row["output_hash"])).Where(static pair => pair.Old != pair.New).GroupBy(static pair => (pair.Old, pair.New)))
            {
                all.Add(new Difference(
                    DifferenceKind.Output, $"{network.Key} end to end", [.. change.Select(static pair => pair.Row["bank"]).Distinct(StringComparer.Ordinal)], "output", change.Key.Old, change.Key.New, IsWorse: false));
            }
        }
    }

    private void CompareHazards()
    {
        static (string, string, string, string, string, string, string, string) Key(Row row) =>
            (row["network"], row["call"], row["bank"], row["rule"], $"{row["memory"]} {row["buffer"]}", row["operation"], row["collides_with"], row["run"]);
        ILookup<(string, string, string, string, string, string, string, string), Row> before = oldRun.Hazards.ToLookup(Key);
        ILookup<(string, string, string, string, string, string, string, string), Row> after = newRun.Hazards.ToLookup(Key);
        Add(newRun.Hazards.Where(row => !before.Contains(Key(row))), isNew: true);
        Add(oldRun.Hazards.Where(row => !after.Contains(Key(row))), isNew: false);
        foreach (Row row in newRun.Hazards.Where(row => before.Contains(Key(row))))
        {
            string was = before[Key(row)].First()["occurrences"];
            if (was != row["occurrences"])
            {
                all.Add(new Difference(DifferenceKind.Hazard, $"{row["network"]} {row["call"]}", [row["bank"]], $"{row["rule"]} ({row["run"]})", $"{was} times", $"{row["occurrences"]} times", IsWorse: false));
            }
        }

        void Add(IEnumerable<Row> rows, bool isNew)
        {
            foreach (var group in rows.GroupBy(static row => (Place: $"{row["network"]} {row["call"]}", Rule: row["rule"], Severity: row["severity"], Run: row["run"])))
            {
                Row first = group.First();
                string found = string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(group.Count(), "kinds")}, first: {first["operation"]}{(first["collides_with"].Length == 0 ? "" : "; ")}{first["collides_with"]}");
                all.Add(new Difference(
                    DifferenceKind.Hazard, group.Key.Place, [.. group.Select(static row => row["bank"]).Distinct(StringComparer.Ordinal)], $"{group.Key.Rule} ({group.Key.Run})", isNew ? "none" : found, isNew ? found : "none", isNew && group.Key.Severity == "violation"));
            }
        }
    }

    private void CompareClauses()
    {
        Dictionary<string, long> before = oldRun.File.Clauses.ToDictionary(static clause => clause.Name, static clause => clause.Count, StringComparer.Ordinal);
        foreach (VerdictClause clause in newRun.File.Clauses.Where(static clause => !ClausesOfRows.Contains(clause.Name)))
        {
            long was = before.GetValueOrDefault(clause.Name);
            if (was != clause.Count)
            {
                all.Add(new Difference(DifferenceKind.Clause, "verdict", [], clause.Name, was.ToString(CultureInfo.InvariantCulture), clause.Count.ToString(CultureInfo.InvariantCulture), IsWorse: clause.Count > was));
            }
        }
    }

    private void CompareAccuracy()
    {
        static (string, string, string, string) Key(Row row) => (row["network"], row["variant"], row["call_index"], row["call"]);
        Dictionary<(string, string, string, string), Row> before = oldRun.Accuracy.ToDictionary(Key);
        foreach (IGrouping<string, Row> variant in newRun.Accuracy.Where(row => before.ContainsKey(Key(row))).GroupBy(static row => $"{row["network"]} {row["variant"]}"))
        {
            foreach (Row row in variant.Where(static row => row["call"] == AccuracyRow.WholeNetwork))
            {
                AddAccuracy(variant.Key, "SQNR of the network, dB", before[Key(row)]["sqnr_decibels"], row["sqnr_decibels"], 1);
                AddAccuracy(variant.Key, "top-1 as the float network, %", before[Key(row)]["top1_with_float"], row["top1_with_float"], 100);
            }

            Row[] moved = [.. variant.Where(row => row["call"] != AccuracyRow.WholeNetwork && before[Key(row)]["sqnr_decibels"] != row["sqnr_decibels"])];
            if (moved.Length > 0)
            {
                Row worst = moved.MinBy(row => Number(row["sqnr_decibels"]) - Number(before[Key(row)]["sqnr_decibels"]))!;
                all.Add(new Difference(
                    DifferenceKind.Accuracy, variant.Key, [], $"SQNR of {Counted.Of(moved.Length, "calls")}, dB, worst in {worst["call"]}", Shown(Number(before[Key(worst)]["sqnr_decibels"])), Shown(Number(worst["sqnr_decibels"])), IsWorse: false));
            }
        }
    }

    private void AddAccuracy(string place, string what, string before, string now, double factor)
    {
        if (before != now)
        {
            (double was, double value) = (factor * Number(before), factor * Number(now));
            all.Add(new Difference(DifferenceKind.Accuracy, place, [], what, Shown(was), Shown(value), IsWorse: false) { Drop = double.IsNaN(was - value) ? 0 : Math.Max(0, was - value) });
        }
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;

    private static string Shown(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
