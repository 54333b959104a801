namespace TileProof.HwModel.Timing;

/// <summary>The inner loops of the convolution kernels (operator contract, section 12.1); which one runs depends on pitch, channels and alignment.</summary>
public enum ConvolutionVariant
{
    /// <summary>3x3 stride 1, input pitch at most 16: four rows in one vector.</summary>
    Fold16,

    /// <summary>3x3 stride 1, input pitch 17 to 32: two rows in one vector.</summary>
    Fold32,

    /// <summary>3x3 stride 1, wider rows.</summary>
    General3x3,

    /// <summary>3x3 stride 2.</summary>
    Stride2Of3x3,

    /// <summary>3x3 stride 2 over three channels, loads hoisted out of the channel groups.</summary>
    Stride2Of3x3Depth3,

    /// <summary>7x7 stride 2.</summary>
    Stride2Of7x7,

    /// <summary>7x7 stride 2 over three channels, channels unrolled.</summary>
    Stride2Of7x7Depth3,

    /// <summary>1x1 stride 1 over all rows as one, vectors aligned.</summary>
    FlattenedAligned,

    /// <summary>1x1 stride 1 over all rows as one, vectors unaligned, coefficients gathered.</summary>
    FlattenedUnaligned,

    /// <summary>1x1 stride 1 row by row, vectors aligned.</summary>
    RowsAligned,

    /// <summary>1x1 stride 2, at most 64 channels: coefficients in registers.</summary>
    Stride2Of1x1,

    /// <summary>1x1 stride 2, more than 64 channels: coefficients gathered.</summary>
    Stride2Of1x1Gathered,

    /// <summary>A depthwise kernel of this project.</summary>
    Depthwise,

    /// <summary>The kernel of this project for any window.</summary>
    Window,
}
