using TileProof.Golden.Scalar;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>A convolution of a network with the input that the integer golden feeds it and what the golden engines say of it.</summary>
/// <param name="Network">The name of the network.</param>
/// <param name="Call">The convolution.</param>
/// <param name="Requantization">The integers that the driver derives.</param>
/// <param name="Input">int8 <c>[N, C, H, W]</c>.</param>
/// <param name="Expected">int8 <c>[N, OC, OH, OW]</c> of the ONNX Runtime integer graph.</param>
/// <param name="OracleDifference">The scalar oracle, all elements, against <paramref name="Expected"/>.</param>
/// <param name="Events">Wraps and saturations that the oracle counted.</param>
/// <param name="GenericLevels">The vendor's generic kernel against <paramref name="Expected"/>, counted in levels; it is not bit-equal by design.</param>
public sealed record GoldenConvolution(
    string Network,
    Conv2dCall Call,
    Requantization Requantization,
    Tensor Input,
    Tensor Expected,
    TensorDifference OracleDifference,
    ArithmeticEvents Events,
    LevelDifferences GenericLevels);
