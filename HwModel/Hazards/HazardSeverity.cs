namespace TileProof.HwModel.Hazards;

/// <summary>How much a hazard says about a program.</summary>
public enum HazardSeverity
{
    /// <summary>The program breaks a rule of the machine: its result depends on timing, layout or luck.</summary>
    Violation,

    /// <summary>The result is defined, but an intermediate value left its range.</summary>
    Warning,
}
