using TileProof.Verification.Conformance;
using TileProof.Verification.Options;
using TileProof.Verification.Proof;

namespace TileProof.Verification.Html;

/// <summary>The first screen: what is proven, and what is not.</summary>
internal static class VerdictOpening
{
    private const int ListedFailures = 6;

    /// <summary>Writes it.</summary>
    public static void Write(HtmlText html, ConformanceOutcome outcome, Verdict verdict, string versions, PagePlaces places)
    {
        string networks = string.Join(" and ", outcome.Goldens.Select(static golden => golden.Network).Distinct(StringComparer.Ordinal));
        html.Add($"<h1 class=\"{(verdict.IsProven ? "good" : "bad")}\"><span class=\"sign\" aria-hidden=\"true\">{(verdict.IsProven ? "\u2713" : "\u2717")}</span>{(verdict.IsProven ? "Proven" : "NOT proven")}: {networks}</h1>\n<p>{verdict.Extent}.</p>\n");
        WriteFacts(html, outcome);
        html.Add($"<div class=\"columns\"><div><h3>{(verdict.IsProven ? "What is proven" : "What was looked for")}</h3>");
        if (verdict.IsProven)
        {
            html.Add($"<p>Every output byte of every call equals the integer golden, {LandingsOf(outcome)}, and every access was waited for and stays in its buffer.{(outcome.Proofs.Count > 0 ? " Each program moves exactly the elements that its contract names, for all values." : "")}</p>");
        }

        html.Add($"<ul class=\"clauses\">\n");
        foreach (VerdictClause clause in verdict.Clauses)
        {
            html.Add($"<li class=\"{(clause.Holds ? "good" : "bad")}\"><span>{(clause.Holds ? $"no {clause.Name}" : $"{Counted.InThousands(clause.Count, clause.Name)}, first: {clause.First}")}</span></li>\n");
        }

        foreach (string remark in verdict.Remarks)
        {
            html.Add($"<li><span>{remark}</span></li>\n");
        }

        html.Add($"</ul></div><div><h3>{(verdict.IsProven ? "What is not" : "What was not")}</h3><ul class=\"clauses\">\n");
        string[] onExamples = [.. outcome.Proofs.Where(static proof => proof.Arithmetic is null).Select(static proof => ChoiceList.NameOf(proof.Golden.Call.Kind)).Distinct(StringComparer.Ordinal)];
        string[] always =
        [
            .. onExamples.Length == 0 ? (string[])[] : [$"the arithmetic of {string.Join(", ", onExamples)} on other values than those of this run; their data movement is proven"],
            "faults of the hardware, and hardware that differs from the model",
        ];
        foreach (string omission in verdict.NotCovered.Concat(always))
        {
            html.Add($"<li class=\"warn\"><span>{omission}</span></li>\n");
        }

        html.Add($"</ul></div></div>\n");
        WriteFailures(html, outcome, places);
        WriteGrid(html, outcome, places);
        html.Add($"<p class=\"note\">{versions}. Settings stand in <code>run.json</code>, every case in <code>conformance.csv</code>, all figures in the tables beside this page.</p>\n");
    }

    /// <summary>When transfers may land: at any time where the prover judged the programs or the usual landings ran, else as in the cases that ran.</summary>
    private static string LandingsOf(ConformanceOutcome outcome) =>
        outcome.Proofs.Count > 0 || VerifyOptions.DefaultLandings.All(outcome.Options.Landings.Contains)
            ? "whenever transfers land"
            : $"with transfers that land {string.Join(" or ", outcome.Options.Landings.Select(ChoiceList.NameOf))}";

    private static void WriteFacts(HtmlText html, ConformanceOutcome outcome)
    {
        CallProof[] covered = [.. outcome.Proofs.Where(static proof => proof.Movement is not null)];
        html.Add($"<ul class=\"facts\"><li><b>{outcome.Goldens.Count:N0}</b>{Counted.Noun(outcome.Goldens.Count, "calls")}</li><li><b>{outcome.Options.Banks.Count}</b>{Counted.Noun(outcome.Options.Banks.Count, "bank settings")}</li><li><b>{outcome.Cases.Count:N0}</b>{Counted.Noun(outcome.Cases.Count, "cases")}</li><li><b>{outcome.Cases.Sum(static result => (long)result.Difference.ComparedBytes) + outcome.EndToEnd.Sum(static run => run.ComparedBytes):N0}</b>bytes compared</li>");
        if (covered.Length > 0)
        {
            html.Add($"<li><b>{covered.Count(static proof => proof.Movement!.IsProven):N0} of {outcome.Proofs.Count:N0}</b>programs proven for every input</li>");
        }

        html.Add($"<li><b>{outcome.EndToEnd.Count(static run => run.IsProven)} of {outcome.EndToEnd.Count}</b>whole networks equal</li></ul>\n");
    }

    private static void WriteFailures(HtmlText html, ConformanceOutcome outcome, PagePlaces places)
    {
        CaseResult[] failed = [.. outcome.Cases.Where(static result => !result.IsProven)];
        EndToEndResult[] networks = [.. outcome.EndToEnd.Where(static run => !run.IsProven)];
        if (failed.Length + networks.Length == 0)
        {
            return;
        }

        html.Add($"<h3>First failures</h3><ul>\n");
        foreach (CaseResult result in failed.DistinctBy(static result => result.Case.Golden).Take(ListedFailures))
        {
            html.Add($"<li><a href=\"#{places.Row(result.Case.Golden.Network, result.Case.Golden.Call.Index, result.Case.Bank.Label)}\">{result.Case.Golden.Call.Name}, banks {result.Case.Bank}</a>: {SummaryReport.DescribeFailure(result)}</li>\n");
        }

        foreach (EndToEndResult run in networks.Take(ListedFailures))
        {
            html.Add($"<li>{SummaryReport.DescribeFailure(run)}</li>\n");
        }

        html.Add($"</ul><p>{Counted.Of(failed.Length, "cases")} and {Counted.Of(networks.Length, "whole networks")} fail; each has a row in <a href=\"#calls\">the table of calls</a> or in <code>end_to_end.csv</code>.</p>\n");
    }

    /// <summary>Operators by bank settings: how many calls are proven of how many.</summary>
    private static void WriteGrid(HtmlText html, ConformanceOutcome outcome, PagePlaces places)
    {
        BankSetting[] banks = [.. outcome.Cases.Select(static result => result.Case.Bank).Distinct()];
        html.Add($"<h3>Calls proven, by operator and banks</h3><div class=\"scroll\"><table class=\"grid\"><thead><tr><th>network</th><th>operator</th>");
        foreach (BankSetting bank in banks)
        {
            html.Add($"<th>{bank}</th>");
        }

        html.Add($"</tr></thead><tbody>\n");
        foreach (var group in outcome.Cases.GroupBy(static result => (result.Case.Golden.Network, result.Case.Golden.Call.Kind)))
        {
            html.Add($"<tr><th scope=\"row\">{group.Key.Network}</th><th scope=\"row\">{ChoiceList.NameOf(group.Key.Kind)}</th>");
            foreach (BankSetting bank in banks)
            {
                IGrouping<int, CaseResult>[] calls = [.. group.Where(result => result.Case.Bank == bank).GroupBy(static result => result.Case.Golden.Call.Index)];
                int proven = calls.Count(static call => call.All(static result => result.IsProven));
                html.Add($"<td class=\"{(calls.Length == 0 ? "warn" : proven == calls.Length ? "good" : "bad")}\">{(calls.Length == 0 ? "not run" : proven == calls.Length ? $"\u2713 {proven}" : $"\u2717 {proven} of {calls.Length}")}</td>");
            }

            html.Add($"</tr>\n");
        }

        foreach (IGrouping<string, EndToEndResult> network in outcome.EndToEnd.GroupBy(static run => run.Network))
        {
            html.Add($"<tr><th scope=\"row\">{network.Key}</th><th scope=\"row\">end to end</th>");
            foreach (BankSetting bank in banks)
            {
                EndToEndResult[] runs = [.. network.Where(run => run.Bank == bank)];
                int proven = runs.Count(static run => run.IsProven);
                html.Add($"<td class=\"{(runs.Length == 0 ? "warn" : proven == runs.Length ? "good" : "bad")}\">{(runs.Length == 0 ? "not run" : proven == runs.Length ? $"\u2713 {proven}" : $"\u2717 {proven} of {runs.Length}")}</td>");
            }

            html.Add($"</tr>\n");
        }

        html.Add($"</tbody></table></div>\n");
    }
}
