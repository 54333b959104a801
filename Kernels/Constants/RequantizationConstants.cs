using TileProof.Operators.Requantizing;

namespace TileProof.Kernels.Constants;

/// <summary>The scalars of a <see cref="Requantization"/> as one plain value that a device kernel can take.</summary>
/// <param name="InputZeroPoint">What padding reads.</param>
/// <param name="AccumulatorShift">The first right shift, 0..31.</param>
/// <param name="OutputShift">The second right shift, 0..31.</param>
/// <param name="ClampMinimum">The kernel's lower limit.</param>
/// <param name="ClampMaximum">The kernel's upper limit.</param>
/// <param name="ScaleStride">1 when every output channel has a multiplier of its own, else 0.</param>
public readonly record struct RequantizationConstants(
    int InputZeroPoint, int AccumulatorShift, int OutputShift, int ClampMinimum, int ClampMaximum, int ScaleStride);
