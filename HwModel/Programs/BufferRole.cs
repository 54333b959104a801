namespace TileProof.HwModel.Programs;

/// <summary>What the bytes of a buffer are, in system memory as in a bank.</summary>
public enum BufferRole
{
    /// <summary>Input data.</summary>
    Input,

    /// <summary>Weights.</summary>
    Coefficients,

    /// <summary>int32 biases.</summary>
    Bias,

    /// <summary>uint16 output scales.</summary>
    Scales,

    /// <summary>Results.</summary>
    Output,

    /// <summary>int32 sums over a part of the input channels.</summary>
    PartialSums,

    /// <summary>The padded image of the cache path.</summary>
    Scratch,
}
