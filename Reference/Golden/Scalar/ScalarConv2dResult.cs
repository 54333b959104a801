namespace TileProof.Golden.Scalar;

/// <summary>What the scalar convolution computed.</summary>
/// <param name="Output">int8, <c>[N, OC, OH, OW]</c>, or the chosen elements in the order asked for.</param>
/// <param name="Events">Wraps and saturations among these elements.</param>
public sealed record ScalarConv2dResult(sbyte[] Output, ArithmeticEvents Events);
