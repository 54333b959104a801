using TileProof.HwModel.Device;
using TileProof.Verification.Hazards;

namespace TileProof.Verification.Device;

/// <summary>What a run of a device program found.</summary>
internal sealed class DeviceOutcome
{
    /// <summary>One a case and landing policy, in the order of the matrix.</summary>
    public List<DeviceCaseRow> Rows { get; } = [];

    /// <summary>What is wrong, each line once.</summary>
    public DeviceFindings Findings { get; } = new();

    /// <summary>What explains hazards.</summary>
    public List<DeviceCause> Causes { get; } = [];

    /// <summary>What the recorded schedules cost, in the order of the matrix.</summary>
    public List<DeviceCycleRow> Cycles { get; } = [];

    /// <summary>One a case, where adversarial schedules were asked for.</summary>
    public List<AdversarialRow> Adversarial { get; } = [];

    /// <summary>What was recorded of layers that are not proven, by layer key and bank setting.</summary>
    public List<(string Layer, string Bank, RecordedProgram Program)> Programs { get; } = [];

    /// <summary>Adds what a case gave, but what explains its hazards.</summary>
    public void Add(DeviceCaseResult result)
    {
        IndexOf[(result.Golden.Network, result.Golden.Call.Name)] = result.Golden.Call.Index;
        Rows.AddRange(result.Rows);
        Cycles.AddRange(result.Cycles);
        foreach (DeviceFinding finding in result.Findings)
        {
            Findings.Add(finding);
        }

        if (result.Adversarial is { } adversarial)
        {
            Adversarial.Add(adversarial);
        }

        if (result is { Proven: false, Program: { } program })
        {
            Programs.Add((result.Golden.Call.LayerKey, result.Bank.Label, program));
            if (Shown.Count(static shown => !shown.Proven) < DevicePicture.MostHazardTimelines && !Shown.Exists(shown => shown.Bank == result.Bank && shown.Golden.Call.LayerKey == result.Golden.Call.LayerKey))
            {
                Shown.Add(result);
            }
        }
    }

    /// <summary>The cases whose timelines are shown: those that break rules, and the dearest layers of each bank setting.</summary>
    public List<DeviceCaseResult> Shown { get; } = [];

    /// <summary>The place of each call in its network.</summary>
    public Dictionary<(string Network, string Call), int> IndexOf { get; } = [];

    /// <summary>Calls at a bank setting that ran.</summary>
    public int CallCount => Rows.Select(static row => (row.Network, row.Call, row.Bank)).Distinct().Count();

    /// <summary>Everything that must not be there, and how much of it was found.</summary>
    public IReadOnlyList<(string Name, long Count)> Clauses =>
    [
        ("bytes that differ from the golden", Rows.Sum(static row => (long)row.DifferingBytes)),
        ("hazards at lines", Findings.All.Count(static finding => finding.Rule is not ("fault" or "wrong-bytes"))),
        ("faults", Findings.All.Count(static finding => finding.Rule == "fault")),
        .. Adversarial.Count == 0 ? ((string, long)[])[] : [("schedules with other bytes, other instructions or a fault", Adversarial.Sum(static row => (long)row.Harmed))],
    ];

    /// <summary>Chooses the dearest layers among the cases of a bank setting; each layer once.</summary>
    public void ShowDearest(IEnumerable<DeviceCaseResult> results) => Shown.AddRange(results
        .Where(result => result.Cycles.Count > 0 && !Shown.Contains(result))
        .OrderByDescending(static result => result.Cycles[0].PredictedCycles ?? 0)
        .DistinctBy(static result => result.Golden.Call.LayerKey)
        .Take(DevicePicture.DearestLayers));

    /// <summary>Calls that the program has no entry for.</summary>
    public int CallsWithoutEntry { get; set; }

    /// <summary>Whether everything that ran is right.</summary>
    public bool IsProven => Rows.TrueForAll(static row => row.Proven) && Findings.All.Count == 0 && Adversarial.TrueForAll(static row => row.Harmed == 0);
}
