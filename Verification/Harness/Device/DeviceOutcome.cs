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
        }
    }

    /// <summary>Calls that the program has no entry for.</summary>
    public int CallsWithoutEntry { get; set; }

    /// <summary>Whether everything that ran is right.</summary>
    public bool IsProven => Rows.TrueForAll(static row => row.Proven) && Findings.All.Count == 0 && Adversarial.TrueForAll(static row => row.Harmed == 0);
}
