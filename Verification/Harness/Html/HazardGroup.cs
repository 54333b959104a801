using System.Text.RegularExpressions;
using TileProof.HwModel.Hazards;
using TileProof.Verification.Hazards;

namespace TileProof.Verification.Html;

/// <summary>Hazards of one cause: one rule, broken by the same kind of operation against the same kind of operation, whatever layer, tile and buffer.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Operation">What broke it.</param>
/// <param name="CollidesWith">What it collides with.</param>
/// <param name="Found">The hazards.</param>
internal sealed partial record HazardGroup(HazardRule Rule, string Operation, string CollidesWith, IReadOnlyList<FoundHazard> Found)
{
    private readonly HashSet<string> details = [.. Found.Select(static found => found.Hazard.ToString())];

    /// <summary>The groups, the rules in their order and the largest group of a rule first.</summary>
    public static IReadOnlyList<HazardGroup> Of(IEnumerable<FoundHazard> found) =>
    [
        .. from hazard in found
           group hazard by (hazard.Hazard.Rule, Operation: KindOf(hazard.Hazard.Operation), CollidesWith: KindOf(hazard.Hazard.CollidesWith)) into cause
           orderby IndexOf(cause.Key.Rule), cause.Count() descending, cause.Key.Operation, cause.Key.CollidesWith
           select new HazardGroup(cause.Key.Rule, cause.Key.Operation, cause.Key.CollidesWith, [.. cause]),
    ];

    /// <summary>Whether a text of <see cref="Hazard.ToString"/> is of a hazard of this group.</summary>
    public bool Holds(string detail) => details.Contains(detail);

    /// <summary>An operation in words without what differs from layer to layer: <c>DMA channel 1 'input n0 c0 h1' from ...</c> becomes <c>DMA of input</c>.</summary>
    internal static string KindOf(string operation)
    {
        string kind = Transfer().Replace(operation, static match => $"DMA of {WithoutPlace(match.Groups["label"].Value)}");
        kind = Buffer().Replace(kind, static match => WithoutPlace(match.Groups["label"].Value));
        kind = kind.StartsWith("compute ", StringComparison.Ordinal) ? "computation" : kind;
        kind = Beside().Replace(kind, "bytes beside the buffer");
        return Number().Replace(kind, "N").Trim();
    }

    private static int IndexOf(HazardRule rule) => HazardRule.All.Index().First(entry => entry.Item == rule).Index;

    /// <summary>A label without tile, chunk, and which of two buffers.</summary>
    private static string WithoutPlace(string label) => Place().Replace(label, "").Trim();

    [GeneratedRegex(@"DMA channel \d+ '(?<label>[^']*)' from .* in \w+", RegexOptions.ExplicitCapture)]
    private static partial Regex Transfer();

    [GeneratedRegex(@"'(?<label>[^']*)'( bytes -?\d+\.\.-?\d+ in \w+)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Buffer();

    [GeneratedRegex(@"\b([nch]\d+|ping|pong|(chunk|segment|tile|pass) ?\d*|\d+$|layer\d+\.\d+\.)", RegexOptions.ExplicitCapture)]
    private static partial Regex Place();

    [GeneratedRegex(@"^(reads|writes) .* at byte .*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Beside();

    [GeneratedRegex(@"(?<![A-Za-z_])-?\d[\d,]*", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
