using TileProof.Operators;

namespace TileProof.Verification.Comparison;

/// <summary>One element that differs.</summary>
/// <param name="Index"><c>[n, c, y, x]</c> in the output.</param>
/// <param name="Expected">What the golden says.</param>
/// <param name="Actual">What was computed.</param>
public sealed record Mismatch(TensorIndex Index, double Expected, double Actual);
