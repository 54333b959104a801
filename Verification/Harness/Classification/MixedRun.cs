using TileProof.Operators;

namespace TileProof.Verification.Classification;

/// <summary>The values of a network for one batch of images.</summary>
/// <param name="Values">By the name of the node that makes them.</param>
/// <param name="Logits">Its output, float32.</param>
internal sealed record MixedRun(IReadOnlyDictionary<string, MixedPrecisionNetwork.Value> Values, Tensor Logits);
