namespace TileProof.Golden.Scalar;

/// <summary>How often a convolution left the range of the hardware's registers, counted in output elements.</summary>
/// <param name="AccumulatorWraps">Kernel bias plus products lies outside the signed 24-bit accumulator, which wraps.</param>
/// <param name="ShiftSaturations">The shifted accumulator lies outside int16 and saturates.</param>
/// <param name="ScaleSaturations">The scaled value lies outside int16 and saturates; a value outside int8 alone is ordinary clamping.</param>
public sealed record ArithmeticEvents(long AccumulatorWraps, long ShiftSaturations, long ScaleSaturations);
