using System.Globalization;
using System.Text;
using TileProof.HwModel.Hazards;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Hazards;

/// <summary>Writes the section of the summary on hazards.</summary>
public static class HazardReport
{
    /// <summary>The section: counts by rule, and the first hazard of each rule with the operations around it.</summary>
    public static string WriteSummary(IReadOnlyList<FoundHazard> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var text = new StringBuilder("## Hazards\n\n");
        if (found.Count == 0)
        {
            return text.Append("None.\n").ToString();
        }

        var table = new MarkdownTable(text, "rule", "severity", "layers:", "kinds:", "occurrences:", "kinds end to end:");
        foreach (HazardRule rule in HazardRule.All)
        {
            FoundHazard[] ofRule = [.. found.Where(hazard => hazard.Hazard.Rule == rule)];
            FoundHazard[] ofLayers = Array.FindAll(ofRule, static hazard => !hazard.IsEndToEnd);
            if (ofRule.Length > 0)
            {
                int layers = ofLayers.Select(static hazard => hazard.Layer).Distinct(StringComparer.Ordinal).Count();
                table.Row($"{rule.Name} | {ChoiceList.NameOf(rule.Severity)} | {layers} | {ofLayers.Length} | {ofLayers.Sum(static hazard => hazard.Hazard.Occurrences)} | {ofRule.Length - ofLayers.Length}");
            }
        }

        foreach (HazardRule rule in HazardRule.All)
        {
            FoundHazard? first = found.FirstOrDefault(hazard => hazard.Hazard.Rule == rule && hazard.Hazard.Timeline.Count > 0);
            if (first is not null)
            {
                AppendFirst(text, first);
            }
        }

        return text.ToString();
    }

    private static void AppendFirst(StringBuilder text, FoundHazard found)
    {
        Hazard hazard = found.Hazard;
        text.Append(CultureInfo.InvariantCulture, $"\n### First {hazard.Rule.Name}\n\n{hazard.Rule.Explanation} Judged: {hazard.Rule.AppliesTo}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Layer {found.Layer}, banks {found.Bank}, {found.Programs}: {hazard}.\n\n```\n");
        foreach (string line in hazard.Timeline)
        {
            text.Append(line).Append('\n');
        }

        text.Append("```\n");
    }
}
