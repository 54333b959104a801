using System.Globalization;
using System.Text;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.HwModel.Tuning;
using TileProof.Operators;
using TileProof.Verification.Conformance;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>Whether plans tuned for one machine mode hold in the others.</summary>
public static class TuningModeTable
{
    /// <summary>The rows of a network: bank settings x machine modes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="searches">What was found at the bank settings.</param>
    /// <param name="banks">The bank settings.</param>
    /// <param name="proof">The runs of all plans.</param>
    public static IEnumerable<TuningModeRow> Of(Network network, ModeSearches searches, IReadOnlyList<BankSetting> banks, TuningProof proof)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(searches);
        ArgumentNullException.ThrowIfNull(banks);
        ArgumentNullException.ThrowIfNull(proof);
        (Conv2dShape Shape, int Calls)[] layers = [.. TuningSearch.LayersOf(network)];
        return layers.Length == 0 ? [] : from bank in banks from mode in ModeSearches.Modes select RowOf(network.Name, layers, searches, bank, mode, proof);
    }

    /// <summary>The table of one or more rows for people.</summary>
    public static string Describe(IReadOnlyList<TuningModeRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringBuilder();
        var table = new MarkdownTable(text, "network", "banks", "mode", $"published cycles{TuningRow.Remark(rows[0].Basis)}:", $"plans tuned for {rows[0].TunedFor}:", "saved:", "layers slower:", "plans tuned for the mode:", "saved:", "+-:", "layers on cache path:");
        foreach (TuningModeRow row in rows)
        {
            table.Row($"{row.Network} | {row.Bank} | {row.Mode} | {row.PublishedCycles:N0} | {row.TunedCycles:N0} | {row.SavedPercent:F1} % | {row.SlowerLayers} | {row.OwnCycles:N0} | {row.OwnSavedPercent:F1} % | {row.OwnSavedErrorPercent:F1} % | {row.OwnCacheLayers}");
        }

        return text.ToString();
    }

    /// <summary>One line a network and bank setting: what the reported plans save in each mode, and what plans tuned for the mode would.</summary>
    public static string Summarize(IReadOnlyList<TuningModeRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"saved in every machine mode by plans tuned for {rows[0].TunedFor} / for the mode itself, and layers that the former make slower\n");
        var table = new MarkdownTable(text, ["network", "banks", .. ModeSearches.Modes.Select(static mode => $"{ChoiceList.NameOf(mode)}:")]);
        foreach (IGrouping<(string Network, string Bank), TuningModeRow> group in rows.GroupBy(static row => (row.Network, row.Bank)))
        {
            table.Row([group.Key.Network, group.Key.Bank, .. group.Select(Cell)]);
        }

        return text.ToString();

        static string Cell(TuningModeRow row) => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.SavedPercent:F1} / {row.OwnSavedPercent:F1} +- {row.OwnSavedErrorPercent:F1} %{(row.SlowerLayers == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {row.SlowerLayers} slower"))}");
    }

    /// <summary>One sentence a mode that charges no cache misses and has plans on the cache path; empty where there is none.</summary>
    public static string DescribeFreeMisses(IReadOnlyList<TuningModeRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return string.Concat(ModeSearches.Modes
            .Where(static mode => CostCoefficients.Calibrated[mode, MemoryTerm.LineMiss] == 0)
            .Where(mode => rows.Any(row => row.Mode == ChoiceList.NameOf(mode) && row.OwnCacheLayers > 0))
            .Select(static mode => $"Mode {ChoiceList.NameOf(mode)} charges no cache misses, {WhyFree(mode)}; plans on the cache path are only as good as that.\n"));
    }

    private static string WhyFree(MachineMode mode) => mode == MachineMode.Turbo
        ? "as the simulator that it is fitted to"
        : "because none of the convolutions that it is fitted to runs on the cache path";

    private static TuningModeRow RowOf(
        string network, (Conv2dShape Shape, int Calls)[] layers, ModeSearches searches, BankSetting bank, MachineMode mode, TuningProof proof)
    {
        long published = 0;
        long tuned = 0;
        long own = 0;
        int slower = 0;
        int onCachePath = 0;
        List<CaseResult> runs = [];
        foreach ((Conv2dShape shape, int calls) in layers)
        {
            TunedPlan found = searches[mode][bank, shape];
            Conv2dTilePlan reported = searches.Chosen[bank, shape].Best;
            long publishedCycles = found.PublishedCost.WholeCycles;
            long reportedCycles = searches[mode].CostOf(bank, reported).WholeCycles;
            published += calls * publishedCycles;
            tuned += calls * reportedCycles;
            own += calls * found.BestCost.WholeCycles;
            slower += reportedCycles > publishedCycles ? 1 : 0;
            onCachePath += found.Best is CachePlan ? 1 : 0;
            runs.AddRange(new[] { reported, found.Best }.Distinct().SelectMany(plan => proof.RunsOf(network, bank, plan)));
        }

        return new TuningModeRow
        {
            Network = network,
            Bank = bank.Label,
            Mode = ChoiceList.NameOf(mode),
            Basis = bank.Machine.CycleBasisIn(mode),
            PublishedCycles = published,
            TunedFor = ChoiceList.NameOf(searches.ChosenMode),
            TunedCycles = tuned,
            SavedPercent = TuningRow.Percent(published - tuned, published),
            SlowerLayers = slower,
            OwnCycles = own,
            OwnSavedPercent = TuningRow.Percent(published - own, published),
            OwnSavedErrorPercent = TuningRow.Percent(searches[mode].SavedHalfWidthCycles(bank, layers), published),
            OwnCacheLayers = onCachePath,
            Mismatches = runs.Sum(static run => (long)run.Difference.DifferingElements),
            Hazards = runs.Sum(static run => run.ViolationCount + (run.Fault is null ? 0 : 1)),
        };
    }
}
