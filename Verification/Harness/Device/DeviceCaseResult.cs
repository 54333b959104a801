using TileProof.HwModel.Device;
using TileProof.Verification.Conformance;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary>What the runs of one call at one bank setting gave.</summary>
/// <param name="name">Call, layer and banks, for people.</param>
/// <param name="golden">The call and its golden.</param>
/// <param name="bank">The banks.</param>
internal sealed class DeviceCaseResult(string name, GoldenCall golden, BankSetting bank)
{
    /// <summary>Call, layer and banks, for people.</summary>
    public string Name { get; } = name;

    /// <summary>The call and its golden.</summary>
    public GoldenCall Golden { get; } = golden;

    /// <summary>The banks.</summary>
    public BankSetting Bank { get; } = bank;

    /// <summary>One a landing policy.</summary>
    public List<DeviceCaseRow> Rows { get; } = [];

    /// <summary>What is wrong, in the order of the program.</summary>
    public List<DeviceFinding> Findings { get; } = [];

    /// <summary>One a machine mode.</summary>
    public List<DeviceCycleRow> Cycles { get; } = [];

    /// <summary>What was recorded; null where it did not run.</summary>
    public RecordedProgram? Program { get; set; }

    /// <summary>What waits may mend: hazards of a program that ran to its end.</summary>
    public IReadOnlyList<RecordedHazard> Hazards { get; set; } = [];

    /// <summary>Bytes that differ with landings at the wait.</summary>
    public int DifferingBytes { get; set; }

    /// <summary>The adversarial schedules; null where none were asked for.</summary>
    public AdversarialRow? Adversarial { get; set; }

    /// <summary>Whether everything that ran is right.</summary>
    public bool Proven => Rows.TrueForAll(static row => row.Proven) && Findings.Count == 0;
}
