namespace TileProof.Verification.TimingCalibration;

/// <summary>What the prints of a published run add to a convolution call; fitted beside the machine and never part of a prediction.</summary>
public enum InstrumentTerm
{
    /// <summary>Per call: printing the configuration (and diagnostics).</summary>
    Call,

    /// <summary>Per tile line printed.</summary>
    TileLine,

    /// <summary>
    /// Per cache line of the input in the print-free run of ResNet-50, less that of ResNet-18: the two builds differ by about a cycle a line
    /// in every operator but pooling. A prediction lies between both.
    /// </summary>
    BuildLine,
}
