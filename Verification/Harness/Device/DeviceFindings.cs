using TileProof.HwModel.Device;

namespace TileProof.Verification.Device;

/// <summary>Collects what is wrong, each line once, in the order of the cases.</summary>
internal sealed class DeviceFindings
{
    private readonly Dictionary<(string, string, string, int?), int> positions = [];
    private readonly List<DeviceFinding> list = [];

    public IReadOnlyList<DeviceFinding> All => list;

    public void Add(DeviceFinding finding)
    {
        if (positions.TryGetValue(finding.Key, out int position))
        {
            DeviceFinding first = list[position];
            list[position] = first with { CaseCount = first.CaseCount + 1, Occurrences = first.Occurrences + finding.Occurrences };
            return;
        }

        positions.Add(finding.Key, list.Count);
        list.Add(finding);
    }

    /// <summary>Offers a mend for what happens at a line because of a channel.</summary>
    public void Mend(string place, int channel, string mend)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i].OtherChannel == channel && list[i].Mend.Length == 0 && PlaceOf(list[i].WaitOrigin ?? list[i].Origin) == place)
            {
                list[i] = list[i] with { Mend = mend };
            }
        }
    }

    /// <summary>The line that a wait would stand before; the return of the entry has none.</summary>
    public static string PlaceOf(SourceOrigin? origin) => origin?.ToString() ?? "the return";
}
