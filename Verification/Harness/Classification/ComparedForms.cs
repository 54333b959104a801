namespace TileProof.Verification.Classification;

/// <summary>What is measured in every form that it has.</summary>
public enum ComparedForms
{
    /// <summary>The derivations of the requantization.</summary>
    Derivation,

    /// <summary>Weight scales per tensor and per output channel.</summary>
    PerChannel,

    /// <summary>The ways to choose activation ranges.</summary>
    Calibration,
}
