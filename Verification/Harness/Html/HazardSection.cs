using TileProof.HwModel.Hazards;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;

namespace TileProof.Verification.Html;

/// <summary>The section with the hazards, those of one cause together.</summary>
internal static class HazardSection
{
    /// <summary>Writes the section's content.</summary>
    /// <param name="html">Receives it.</param>
    /// <param name="groups">The hazards.</param>
    /// <param name="timelineOf">The place of the timeline of a hazard's layer; null where there is none.</param>
    public static void Write(HtmlText html, IReadOnlyList<HazardGroup> groups, Func<FoundHazard, string?> timelineOf)
    {
        if (groups.Count == 0)
        {
            html.Add($"<p class=\"good\">None: every access was waited for, stays in its buffer, and reads bytes that were written.</p>\n");
            return;
        }

        html.Add($"<p>{groups.Sum(static group => group.Found.Count):N0} kinds of hazard in layers and whole networks have {groups.Count} causes. Ordering rules are judged by what a program waited for, not by when bytes happened to arrive.</p>\n<div class=\"scroll\"><table class=\"sortable\"><thead><tr><th>rule</th><th>severity</th><th>what breaks it</th><th>against</th><th class=\"n\">layers</th><th class=\"n\">kinds</th><th class=\"n\">occurrences</th></tr></thead><tbody>\n");
        foreach ((int index, HazardGroup group) in groups.Index())
        {
            html.Add($"<tr><td><a href=\"#{PagePlaces.Hazards(index)}\">{group.Rule.Name}</a></td><td class=\"{(group.Rule.Severity == HazardSeverity.Violation ? "bad" : "warn")}\">{ChoiceList.NameOf(group.Rule.Severity)}</td><td>{group.Operation}</td><td>{group.CollidesWith}</td><td class=\"n\">{group.Found.Select(static found => (found.Network, found.Layer)).Distinct().Count():N0}</td><td class=\"n\">{group.Found.Count:N0}</td><td class=\"n\">{group.Found.Sum(static found => found.Hazard.Occurrences):N0}</td></tr>\n");
        }

        html.Add($"</tbody></table></div>\n");
        foreach ((int index, HazardGroup group) in groups.Index())
        {
            WriteGroup(html, index, group, timelineOf);
        }
    }

    private static void WriteGroup(HtmlText html, int index, HazardGroup group, Func<FoundHazard, string?> timelineOf)
    {
        FoundHazard first = group.Found.FirstOrDefault(static found => found.Hazard.Timeline.Count > 0) ?? group.Found[0];
        html.Add($"<details id=\"{PagePlaces.Hazards(index)}\"><summary><b>{group.Rule.Name}</b>: {group.Operation}{(group.CollidesWith.Length == 0 ? "" : " \u2194 ")}{group.CollidesWith} ({group.Found.Count:N0})</summary><p>{group.Rule.Explanation} Judged: {group.Rule.AppliesTo}.</p><p>First: {first.Network} {first.Call}, banks {first.Bank}, {first.Programs}: {first.Hazard}.</p>");
        if (first.Hazard.Timeline.Count > 0)
        {
            html.Add($"<pre tabindex=\"0\">{string.Join('\n', first.Hazard.Timeline)}</pre>");
        }

        string[] banks = [.. group.Found.Select(static found => found.Bank).Distinct()];
        string[] calls = [.. group.Found.Select(static found => $"{found.Network} {found.Call}").Distinct()];
        html.Add($"<p class=\"note\">Banks {string.Join(", ", banks)}; calls {string.Join(", ", calls.Take(20))}{(calls.Length > 20 ? FormattableString.Invariant($" and {calls.Length - 20} more") : "")}.</p><p>");
        foreach ((string place, FoundHazard found) in group.Found.Select(found => (Place: timelineOf(found), Found: found)).Where(static pair => pair.Place is not null).Select(static pair => (pair.Place!, pair.Found)).DistinctBy(static pair => pair.Item1).Take(4))
        {
            html.Add($"<a href=\"#{place}\">timeline of {found.Call}, banks {found.Bank}</a> ");
        }

        html.Add($"</p></details>\n");
    }
}
