using TileProof.HwModel.Hazards;

namespace TileProof.Verification.Hazards;

/// <summary>A hazard with the layer and the banks that it was found with.</summary>
/// <param name="Network">The network; empty for a single layer.</param>
/// <param name="Call">The name of the call; empty for a single layer.</param>
/// <param name="Layer">The layer key.</param>
/// <param name="Bank">The bank setting.</param>
/// <param name="Programs">The version of the programs.</param>
/// <param name="Hazard">The hazard.</param>
public sealed record FoundHazard(string Network, string Call, string Layer, string Bank, string Programs, Hazard Hazard)
{
    /// <summary>Whether a whole network on one machine showed it; otherwise a call on the golden's own input did.</summary>
    public bool IsEndToEnd { get; init; }

    /// <summary>Whether the rule was broken; a warning breaks none.</summary>
    public bool IsViolation => Hazard.Rule.Severity == HazardSeverity.Violation;

    /// <summary>What tells one kind of hazard of a program from another, whatever the landing.</summary>
    internal (HazardRule Rule, string Program, string Memory, string Buffer, string Operation, string CollidesWith) Kind =>
        (Hazard.Rule, Hazard.Program, Hazard.Memory, Hazard.Buffer, Hazard.Operation, Hazard.CollidesWith);
}
