using TileProof.Verification.Conformance;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;
using TileProof.Verification.Proof;

namespace TileProof.Verification.Html;

/// <summary>The section with one row a call and bank setting, which leads to its pictures.</summary>
internal static class CallTable
{
    /// <summary>Writes the section's content.</summary>
    public static void Write(HtmlText html, ConformanceOutcome outcome, IReadOnlyList<NetworkCycles> cycles, CallPictures pictures, PagePlaces places)
    {
        Dictionary<(string, int, string), CycleRow> priced = cycles.SelectMany(static network => network.Rows)
            .Where(static row => row.MachineMode == ChoiceList.NameOf(LayerBars.Mode))
            .ToDictionary(static row => (row.Network, row.CallIndex, row.Bank));
        Dictionary<(GoldenCall, BankSetting), CallProof> proofs = outcome.Proofs.ToDictionary(static proof => (proof.Golden, proof.Bank));
        html.Add($"<p>Every call at every bank setting, over all landing policies. A name leads to the call's bar, a plan to its bank map, cycles to its timeline.</p><p class=\"onpaper\">On paper, rows of calls that are proven are left out.</p>\n<div class=\"scroll\"><table class=\"sortable filterable long\"><thead><tr><th data-filter>network</th><th class=\"n\">index</th><th>call</th><th data-filter>operator</th><th>layer key</th><th data-filter>banks</th><th data-filter>path</th><th>plan</th><th data-filter>result</th><th class=\"n\">differing</th><th class=\"n\">hazards</th><th data-filter>every input</th><th class=\"n\">cycles</th><th data-filter>limit</th></tr></thead><tbody>\n");
        foreach (var group in outcome.Cases.GroupBy(static result => (result.Case.Golden, result.Case.Bank)))
        {
            (GoldenCall golden, BankSetting bank) = group.Key;
            CaseResult[] results = [.. group];
            WriteRow(
                html, golden, bank, results, priced.GetValueOrDefault((golden.Network, golden.Call.Index, bank.Label)), proofs.GetValueOrDefault(group.Key), pictures, places);
        }

        html.Add($"</tbody></table></div>\n");
    }

    private static void WriteRow(
        HtmlText html, GoldenCall golden, BankSetting bank, CaseResult[] results, CycleRow? cycles, CallProof? proof, CallPictures pictures, PagePlaces places)
    {
        CaseResult first = results[0];
        bool isProven = results.All(static result => result.IsProven);
        string name = golden.Call.Name;
        int index = golden.Call.Index;
        CallPictures.Layer? layer = pictures.Of(golden.Network, golden.Call, bank);
        string plan = first.Execution?.Tiling ?? "";
        html.Add($"<tr id=\"{places.Row(golden.Network, index, bank.Label)}\" class=\"{(isProven ? "ok" : "failed")}\"><td>{golden.Network}</td><td class=\"n\">{index}</td><td>");
        Link(html, name, cycles is null ? null : places.Bar(golden.Network, index, bank.Label));
        html.Add($"</td><td>{ChoiceList.NameOf(golden.Call.Kind)}</td><td>{golden.Call.LayerKey}</td><td data-v=\"{Math.Min(bank.Dram0Bytes, bank.Dram1Bytes):D9}\">{bank}</td><td>{(first.Execution is { } execution ? ChoiceList.NameOf(execution.Path) : "")}</td><td>");
        Link(html, plan, layer?.Map is null ? null : places.Map(golden.Network, layer.Call.Index, bank.Label));
        html.Add($"</td><td class=\"{(isProven ? "good" : "bad")}\">{CallRow.ResultOf(results)}</td><td class=\"n\">{results.Max(static result => result.Difference.DifferingElements):N0}</td><td class=\"n\">{results.Max(static result => result.ViolationCount)}</td><td>{(proof is null ? "" : proof.Movement is null ? "examples" : proof.Movement.IsProven ? "proven" : "wrong")}</td><td class=\"n\">");
        Link(html, cycles is null ? "" : FormattableString.Invariant($"{cycles.PredictedCycles:N0}"), layer?.Timeline is null ? null : places.Timeline(golden.Network, layer.Call.Index, bank.Label));
        html.Add($"</td><td>{cycles?.Bound}</td></tr>\n");
    }

    private static void Link(HtmlText html, string text, string? place)
    {
        if (place is null)
        {
            html.Add($"{text}");
        }
        else
        {
            html.Add($"<a href=\"#{place}\">{text}</a>");
        }
    }
}
