namespace TileProof.Verification.Device;

/// <summary>Findings of one cause: those that a missing wait explains, or one that no wait does.</summary>
/// <param name="Heading">What is wrong, in one line.</param>
/// <param name="Outcome">What trying the wait gave; empty where none was tried.</param>
/// <param name="Findings">The findings, at least one.</param>
internal sealed record DeviceFindingGroup(string Heading, string Outcome, IReadOnlyList<DeviceFinding> Findings)
{
    /// <summary>The groups: causes first, in the order in which they were found, then what has none.</summary>
    public static IReadOnlyList<DeviceFindingGroup> Of(DeviceOutcome outcome)
    {
        var groups = new List<DeviceFindingGroup>();
        var left = new List<DeviceFinding>(outcome.Findings.All);
        foreach (IGrouping<(string Place, int Channel), DeviceCause> cause in DeviceCause.Grouped(outcome.Causes).GroupBy(static one => (one.Place, one.Channel)))
        {
            DeviceFinding[] explained = [.. left.Where(finding => finding.OtherChannel == cause.Key.Channel && DeviceFindings.PlaceOf(finding.WaitOrigin ?? finding.Origin) == cause.Key.Place)];
            if (explained.Length > 0)
            {
                groups.Add(new DeviceFindingGroup($"no wait on channel {cause.Key.Channel} before {cause.Key.Place}", string.Join("\n", cause), explained));
                left.RemoveAll(explained.Contains);
            }
        }

        groups.AddRange(left.Select(static finding => new DeviceFindingGroup($"{finding.Rule}{(finding.Origin is { } origin ? $" at {origin}" : "")}", "", [finding])));
        return groups;
    }
}
