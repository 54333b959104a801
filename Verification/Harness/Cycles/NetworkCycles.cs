using System.Globalization;
using System.Text;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Files;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;

namespace TileProof.Verification.Cycles;

/// <summary>The predicted cycles of a network at several bank settings in every machine mode.</summary>
/// <param name="Network">The network.</param>
/// <param name="CallCount">Its calls.</param>
/// <param name="Banks">The bank settings.</param>
/// <param name="Rows">One row a call, bank setting and mode.</param>
/// <param name="Totals">The 95 % interval of the sum over the rows of a bank setting and mode: its half width in cycles.</param>
/// <param name="RankedBank">The banks of <paramref name="Ranking"/>; null when there are none.</param>
/// <param name="Ranking">Changes by the cycles that they save alone.</param>
public sealed record NetworkCycles(string Network, int CallCount, IReadOnlyList<BankSetting> Banks, IReadOnlyList<CycleRow> Rows, IReadOnlyDictionary<(string Bank, string MachineMode), double> Totals, BankSetting? RankedBank, IReadOnlyList<WhatIfResult> Ranking)
{
    private const int ListedChanges = 3;
    private const MachineMode RankedMode = MachineMode.Release;

    /// <summary>Predicts every call.</summary>
    /// <param name="network">The network.</param>
    /// <param name="banks">Bank settings.</param>
    /// <param name="report">Costs and published figures.</param>
    /// <param name="cancellation">Stops between settings.</param>
    public static NetworkCycles Predict(Network network, IReadOnlyList<BankSetting> banks, CycleReport report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(banks);
        ArgumentNullException.ThrowIfNull(report);
        (BankSetting Bank, MachineMode Mode)[] settings = [.. from bank in banks from mode in Enum.GetValues<MachineMode>() select (bank, mode)];
        var rows = new CycleRow[settings.Length][];
        CycleErrorBar[] totals = [.. settings.Select(setting => new CycleErrorBar(setting.Bank.Machine.UncertaintyFrom(report.Uncertainty), setting.Mode))];
        Workers.ForEach(settings.Length, static _ => 1, index => rows[index] = [.. report.RowsOf(network, settings[index].Bank, settings[index].Mode, totals[index])], cancellation);
        BankSetting? largest = banks.Where(static bank => !bank.CacheOnly).MaxBy(static bank => bank.Banks.Min());
        IReadOnlyList<WhatIfResult> ranking = largest is null
            ? []
            : new WhatIf(network, largest.Configuration, RankedMode, largest.Machine.CoefficientsFrom(report.Coefficients)).RankAlone();
        return new NetworkCycles(
            network.Name,
            network.Calls.Count,
            banks,
            [.. rows.SelectMany(static part => part)],
            settings.Index().ToDictionary(static setting => (setting.Item.Bank.Label, ChoiceList.NameOf(setting.Item.Mode)), setting => totals[setting.Index].HalfWidthCycles),
            largest,
            ranking);
    }

    /// <summary>The section of the summary.</summary>
    public static string Describe(IReadOnlyList<NetworkCycles> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        var text = new StringBuilder("## Predicted cycles\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{string.Concat(BasisOf(networks).Select(static sentence => $"{sentence}\n\n"))}Generic: published cycles of the vendor's generic kernels, over those calls that have any. The pull request states {GenericCycles.PublishedSpeedup} times for its final run of ResNet-18.\n\n");
        text.Append("Each call is priced alone, with the waits of the programs that the published cycles were measured with, whatever programs ran; `tileproof trace` prices those that it shows, and `whatif` what other waits cost.\n\n");
        text.Append("Behind +-: half of the 95 % interval that the published figures leave; `tileproof calibrate` says how it is made and how many figures left out lie inside.\n\n");
        var table = new MarkdownTable(text, "network", "banks", "mode", "calls:", "cycles:", "+-:", "convolutions:", "published:", "error:", "generic:", "speedup:");
        foreach (NetworkCycles network in networks)
        {
            foreach (IGrouping<(string Bank, string MachineMode), CycleRow> setting in network.Rows.GroupBy(static row => (row.Bank, row.MachineMode)))
            {
                network.AppendSetting(table, [.. setting]);
            }
        }

        text.Append("\nThe changes that save most cycles, each alone (`tileproof whatif` shows all, and combined):\n\n");
        foreach (NetworkCycles network in networks.Where(static network => network.Ranking.Count > 0))
        {
            text.Append("* ").Append(network.DescribeRanking()).Append('\n');
        }

        text.Append("\nLayers of which a larger bank moves more bytes by DMA than the next smaller one:\n\n");
        string[] increases = [.. networks.SelectMany(static network => network.TrafficIncreases()).Distinct()];
        foreach (string increase in increases.DefaultIfEmpty("none"))
        {
            text.Append("* ").Append(increase).Append('\n');
        }

        return text.Append('\n').ToString();
    }

    /// <summary>What is to be known of cycles of another machine than the calibrated one, a sentence each; none for that one.</summary>
    public static IEnumerable<string> BasisOf(IReadOnlyList<NetworkCycles> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        DescribedMachine[] machines = [.. networks.SelectMany(static network => network.Banks).Select(static bank => bank.Machine).Distinct()];
        foreach (DescribedMachine machine in machines.Where(static machine => machine.OwnCosts is not null))
        {
            yield return $"Cycles of machine {machine} in mode {ChoiceList.NameOf(machine.OwnCosts!.Mode)} are {machine.CycleBasisIn(machine.OwnCosts.Mode)}; in other modes they are extrapolated.";
        }

        string[] extrapolated = [.. machines.Where(static machine => machine is { IsCalibrated: false, OwnCosts: null }).Select(static machine => machine.Name).Distinct(StringComparer.Ordinal)];
        if (extrapolated.Length > 0)
        {
            yield return $"Cycles of machine {string.Join(", ", extrapolated)} are extrapolated: the costs were fitted on {DescribedMachine.Published}, and follow the described fields.";
        }
    }

    /// <summary>Every layer and pair of neighbouring settings with equal banks at which the larger banks move more bytes by DMA, one line each.</summary>
    public IEnumerable<string> TrafficIncreases()
    {
        Dictionary<string, BankSetting> banks = Banks.ToDictionary(static bank => bank.Label, StringComparer.Ordinal);
        foreach (IGrouping<string, CycleRow> layer in Rows.Where(static row => row.MachineMode == ChoiceList.NameOf(MachineMode.Turbo)).GroupBy(static row => row.ConfigKey))
        {
            CycleRow[] tiled =
            [
                .. from row in layer.Where(static row => row.DmaBytes > 0).DistinctBy(static row => row.Bank)
                   let bank = banks[row.Bank]
                   where bank.Banks.Distinct().Count() == 1
                   orderby bank.Banks[0]
                   select row,
            ];
            for (int i = 1; i < tiled.Length; i++)
            {
                if (tiled[i].DmaBytes > tiled[i - 1].DmaBytes)
                {
                    yield return string.Create(
                        CultureInfo.InvariantCulture,
                        $"{layer.Key}: {tiled[i - 1].DmaBytes:N0} at {tiled[i - 1].Bank}, {tiled[i].DmaBytes:N0} at {tiled[i].Bank}");
                }
            }
        }
    }

    private void AppendSetting(MarkdownTable table, CycleRow[] rows)
    {
        long predicted = rows.Sum(static row => row.PredictedCycles);
        double halfPart = predicted == 0 ? 0 : Totals[(rows[0].Bank, rows[0].MachineMode)] / predicted;
        long convolutions = rows.Where(static row => row.Operator == nameof(OperatorKind.Conv2d)).Sum(static row => row.PredictedCycles);
        CycleRow[] known = Array.FindAll(rows, static row => row.PublishedCycles is not null);
        CycleRow[] generic = Array.FindAll(rows, static row => row.GenericCycles is not null);
        string publishedText = "";
        string errorText = "";
        if (known.Length > 0)
        {
            long published = known.Sum(static row => row.PublishedCycles!.Value);
            double error = ((double)known.Sum(static row => row.PredictedCycles) / published) - 1;
            publishedText = string.Create(CultureInfo.InvariantCulture, $"{published:N0} ({Counted.Of(known.Length, "calls")})");
            errorText = string.Create(CultureInfo.InvariantCulture, $"{error * 100:F2} %");
        }

        string genericText = "";
        string speedupText = "";
        if (generic.Length > 0)
        {
            long published = generic.Sum(static row => row.GenericCycles!.Value);
            double speedup = published / (double)generic.Sum(static row => row.PredictedCycles);
            genericText = string.Create(CultureInfo.InvariantCulture, $"{published:N0} ({generic.Length} calls)");
            speedupText = string.Create(CultureInfo.InvariantCulture, $"{speedup:F1} ({speedup / (1 + halfPart):F1} to {(halfPart < 1 ? (speedup / (1 - halfPart)).ToString("F1", CultureInfo.InvariantCulture) : "any")})");
        }

        table.Row($"{Network} | {rows[0].Bank} | {rows[0].MachineMode} | {rows.Length} of {CallCount} | {predicted:N0} | {100 * halfPart:F1} % | {convolutions:N0} | {publishedText} | {errorText} | {genericText} | {speedupText}");
    }

    private string DescribeRanking()
    {
        double baseline = Ranking[0].BaselineCycles;
        IEnumerable<string> listed = Ranking.Take(ListedChanges).Select(result => string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Changes[0].Name} ({result.Changes[0].Description}) {result.SavedCycles:N0} ({100 * result.SavedCycles / baseline:F1} %)"));
        return string.Create(
            CultureInfo.InvariantCulture, $"{Network}, banks {RankedBank}, {ChoiceList.NameOf(RankedMode)}, {baseline:N0} cycles: {string.Join("; ", listed)}");
    }
}
