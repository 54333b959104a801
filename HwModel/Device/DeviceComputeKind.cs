namespace TileProof.HwModel.Device;

/// <summary>Which kernel of the runtime computed; the numbers are those of <c>runtime/tp.h</c>.</summary>
internal enum DeviceComputeKind
{
    None,
    Convolution,
    Copy,
    Other,
    Elementwise,
    MaxPool,
    Mean,
    Dot,
    Softmax,
}
