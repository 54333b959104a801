namespace TileProof.Kernels.Constants;

/// <summary>The scalars of an average pooling of levels as the kernel takes them.</summary>
/// <param name="Scale">The scale of the input.</param>
/// <param name="ZeroPoint">Its zero point.</param>
/// <param name="OutputScale">The scale of the output.</param>
/// <param name="OutputZeroPoint">Its zero point.</param>
public readonly record struct AveragePoolParameters(float Scale, int ZeroPoint, float OutputScale, int OutputZeroPoint);
