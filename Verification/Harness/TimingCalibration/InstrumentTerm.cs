namespace TileProof.Verification.TimingCalibration;

/// <summary>What the prints of a published run add to a convolution call; fitted beside the machine and never part of a prediction.</summary>
public enum InstrumentTerm
{
    /// <summary>Per call: printing the configuration (and diagnostics).</summary>
    Call,

    /// <summary>Per tile line printed.</summary>
    TileLine,
}
