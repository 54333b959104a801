namespace TileProof.Kernels.Constants;

/// <summary>The scalars of an element-wise operator that rescales between quantizations.</summary>
/// <param name="Scale">The factor.</param>
/// <param name="InputZeroPoint">Subtracted from an int8 input.</param>
/// <param name="OutputZeroPoint">Added to an int8 output.</param>
public readonly record struct RescalingParameters(float Scale, int InputZeroPoint, int OutputZeroPoint);
