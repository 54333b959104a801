namespace TileProof.HwModel.Timing;

/// <summary>What a DMA transfer carries; a wait for it is attributed accordingly.</summary>
public enum TransferPurpose
{
    /// <summary>Input data.</summary>
    Input,

    /// <summary>Coefficients, biases or output scales.</summary>
    Coefficients,

    /// <summary>Results.</summary>
    Output,
}
