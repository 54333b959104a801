namespace TileProof.Kernels.Constants;

/// <summary>The scalars of an int8 fully connected layer.</summary>
/// <param name="InputFeatures">K.</param>
/// <param name="OutputFeatures">M.</param>
/// <param name="InputZeroPoint">The int8 code of real 0 in the input.</param>
/// <param name="WeightZeroPoint">The int8 code of real 0 in the weights.</param>
/// <param name="Scale">From accumulator to output levels.</param>
/// <param name="OutputZeroPoint">The int8 code of real 0 in the output.</param>
public readonly record struct QuantizedLinearParameters(
    int InputFeatures, int OutputFeatures, int InputZeroPoint, int WeightZeroPoint, float Scale, int OutputZeroPoint);
