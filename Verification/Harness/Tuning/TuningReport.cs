using System.Globalization;
using System.Text;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>Writes <c>tuning.md</c>, the report for people.</summary>
public static class TuningReport
{
    private const int ListedLayers = 12;
    private const string CachePlan = "cache";

    /// <summary>The text of the report.</summary>
    /// <param name="options">What was searched.</param>
    /// <param name="rows">The layers.</param>
    /// <param name="modes">Their networks in every machine mode.</param>
    /// <param name="sizes">The bank sizes; empty where they were not compared.</param>
    /// <param name="proof">The runs.</param>
    public static string Write(
        TuneOptions options, IReadOnlyList<TuningRow> rows, IReadOnlyList<TuningModeRow> modes, IReadOnlyList<BankSizeRow> sizes, TuningProof proof)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(modes);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(proof);
        var text = new StringBuilder();
        text.Append("# TileProof tuning\n\n").Append(proof.Verdict).Append("\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"Plans: {(options.IsFree ? "free (loop order, buffers, passes over the input channels)" : "compatible (the published programs run them unchanged)")}. Cycles: model, mode {ChoiceList.NameOf(options.Mode)}, whole calls, plans with the published loop structure under the waits of the {(options.CountsCorrectedPrograms ? "corrected" : "published")} programs{(options.IsFree ? ", free plans under their own" : "")}; \"without prologue\" leaves out the scalar passes over the weights, which no plan changes. {options.Settings.Settings}\n\n");
        text.Append("## Totals over all convolutions\n\n").Append(Totals(rows)).Append('\n');
        AppendParagraph(text, DescribeUncomputed(rows));
        AppendParagraph(text, DescribeUncertain(rows));
        AppendParagraph(text, DescribeCachePlans(rows));
        AppendParagraph(text, TuningModeTable.DescribeFreeMisses([.. modes.Where(static row => row.Mode == row.TunedFor)]));
        text.Append("## Largest savings of single layers\n\n");
        var table = new MarkdownTable(text, "network", "banks", "layer", "saved:", "+-:", "published", "tuned", "why");
        foreach (TuningRow row in rows.Where(static row => row.SavedPercent > 0).OrderByDescending(static row => row.SavedPercent).Take(ListedLayers))
        {
            table.Row($"{row.Network} | {row.Bank} | {row.ConfigKey} | {row.SavedPercent:F1} % | {row.SavedErrorPercent:F1} % | {row.PublishedPlan} | {row.TunedPlan} | {row.WhyBetter}");
        }

        text.Append("\n## Machine modes\n\nWhat the plans above save in every machine mode, and what plans tuned for that mode save in it; all of these plans were run.\n\n");
        text.Append(TuningModeTable.Describe(modes)).Append('\n');
        AppendParagraph(text, TuningModeTable.DescribeFreeMisses([.. modes.Where(static row => row.Mode != row.TunedFor)]));
        foreach (IGrouping<string, BankSizeRow> network in sizes.GroupBy(static row => row.Network))
        {
            text.Append(CultureInfo.InvariantCulture, $"## Bank sizes, {network.Key}\n\n").Append(BankSizeTable.Describe([.. network])).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The plans that are not reported, because the model does not know whether they are better.</summary>
    private static string DescribeUncertain(IReadOnlyList<TuningRow> rows)
    {
        TuningRow[] uncertain = [.. rows.Where(static row => row.UncertainCycles > 0)];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"A plan counts as better only where its saving is larger than half its 95 % interval (+-), which holds what the fit leaves open and how far differences between published plans lay from the model. Where the cheapest plan saves less than that, the cheapest of those that save more is kept, or else the published one: {uncertain.Length} of {rows.Count} layers and bank settings, {uncertain.Count(static row => row.TunedPlan == row.PublishedPlan)} of them with the published plan; the cheapest plans would save {uncertain.Sum(static row => row.Calls * row.UncertainCycles):N0} cycles more if the model were exact.\n");
    }

    /// <summary>Where the published programs compute nothing, so that a comparison of cycles has two meanings; empty where they compute all.</summary>
    private static string DescribeUncomputed(IReadOnlyList<TuningRow> rows)
    {
        TuningRow[] uncomputed = [.. rows.Where(static row => !row.PublishedComputes)];
        return uncomputed.Length == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"Layers and bank settings where the published programs compute nothing with the published plan, because the padded image exceeds the scratch buffer of the cache path: {uncomputed.Length}. With a tuned plan that they do compute, kept even where it is slower: {uncomputed.Count(static row => row.Compatible)}. Published cycles count these layers as if the image fitted.\n");
    }

    /// <summary>How sure the figures of plans are that leave their tiles; empty where none does.</summary>
    private static string DescribeCachePlans(IReadOnlyList<TuningRow> rows)
    {
        int moved = rows.Count(static row => row.TunedPlan == CachePlan && row.PublishedPlan != CachePlan);
        return moved == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"Layers and bank settings moved from tiles to the cache path: {moved}. The model is least sure there; `tileproof calibrate` prints how far it is from the published cycles of that path.\n");
    }

    private static void AppendParagraph(StringBuilder text, string paragraph) => text.Append(paragraph.Length == 0 ? "" : paragraph + "\n");

    /// <summary>One line a network and bank setting.</summary>
    public static string Totals(IReadOnlyList<TuningRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringBuilder();
        var table = new MarkdownTable(text, "network", "banks", $"published cycles{TuningRow.Remark(rows[0].Basis)}:", $"tuned cycles{TuningRow.Remark(rows[0].Basis)}:", "saved:", "without prologue:", "layers improved:", "slower:", "DMA bytes published:", "DMA bytes tuned:", "mismatches:", "hazards:");
        foreach (IGrouping<(string Network, string Bank), TuningRow> group in rows.GroupBy(static row => (row.Network, row.Bank)))
        {
            double published = group.Sum(static row => (double)row.Calls * row.PublishedCycles);
            double tuned = group.Sum(static row => (double)row.Calls * row.TunedCycles);
            double prologue = group.Sum(static row => (double)row.Calls * row.PrologueCycles);
            table.Row($"{group.Key.Network} | {group.Key.Bank} | {published:N0} | {tuned:N0} | {TuningRow.Percent(published - tuned, published):F1} % | {TuningRow.Percent(published - tuned, published - prologue):F1} % | {group.Count(static row => row.TunedCycles < row.PublishedCycles)} of {group.Count()} | {group.Count(static row => row.TunedCycles > row.PublishedCycles)} | {group.Sum(static row => row.Calls * row.PublishedDmaBytes):N0} | {group.Sum(static row => row.Calls * row.TunedDmaBytes):N0} | {group.Sum(static row => row.Mismatches)} | {group.Sum(static row => row.Hazards)}");
        }

        return text.ToString();
    }
}
