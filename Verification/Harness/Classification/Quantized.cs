using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Verification.Classification;

/// <summary>A network in one quantization, with the float network that it stands for.</summary>
/// <param name="Float">The float form; its nodes are called after the calls that they become.</param>
/// <param name="Network">The calls.</param>
/// <param name="Weights">How weights are scaled, as reports name it.</param>
/// <param name="Calibration">How activation ranges were chosen, as reports name it.</param>
internal sealed record Quantized(FloatNetwork Float, Network Network, string Weights, string Calibration);
