using TileProof.HwModel.Hazards;

namespace TileProof.Verification.Hazards;

/// <summary>What one schedule did to a program.</summary>
/// <param name="Schedule">The schedule.</param>
/// <param name="DifferingBytes">Output bytes that differ from those of the plain run.</param>
/// <param name="Hazards">Every hazard.</param>
public sealed record AdversarialResult(AdversarialSchedule Schedule, int DifferingBytes, IReadOnlyList<Hazard> Hazards)
{
    /// <summary>The broken hardware rule that stopped the program under this schedule; null when it ran to its end.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether the program did not notice.</summary>
    public bool IsUnharmed => DifferingBytes == 0 && Fault is null && Hazards.All(static hazard => hazard.Rule.Severity == HazardSeverity.Warning);
}
