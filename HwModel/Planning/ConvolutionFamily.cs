namespace TileProof.HwModel.Planning;

/// <summary>Where the kernel of a convolution comes from.</summary>
public enum ConvolutionFamily
{
    /// <summary>No tiled kernel: the generic one computes the layer on system memory.</summary>
    None,

    /// <summary>One of the five kernels of the modelled library.</summary>
    Published,

    /// <summary>3x3 or 5x5 with stride 1 or 2, one kernel a channel; of this project.</summary>
    Depthwise,

    /// <summary>Any other window, strides, dilations, groups and paddings; of this project.</summary>
    Window,
}
