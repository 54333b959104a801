namespace TileProof.Verification.TimingCalibration;

/// <summary>What a published run prints inside the timed region of a convolution; printing costs cycles that are no part of the machine.</summary>
public enum PrintKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The layer configuration.</summary>
    Configuration,

    /// <summary>The layer configuration and quantization diagnostics.</summary>
    ConfigurationAndDiagnostics,
}
