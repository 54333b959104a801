namespace TileProof.Kernels.Constants;

/// <summary>The scalars of the generic convolution as one plain value that a device kernel can take.</summary>
/// <param name="InputZeroPoint">The int8 code of real 0 in the input.</param>
/// <param name="OutputZeroPoint">The int8 code of real 0 in the output.</param>
/// <param name="InverseOutputScale">The reciprocal of the output scale, formed in double precision and rounded once.</param>
/// <param name="ScaleStride">1 when every output channel has a bias scale of its own, else 0.</param>
public readonly record struct GenericRequantization(int InputZeroPoint, int OutputZeroPoint, float InverseOutputScale, int ScaleStride);
