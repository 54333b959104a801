using TileProof.Operators;

namespace TileProof.HwModel.Proof;

/// <summary>A wrong output word.</summary>
/// <param name="Index">Which element.</param>
/// <param name="Tile">The tile that it belongs to, <c>c0 h2</c>; empty where there are none.</param>
/// <param name="Explanation">What was used instead of what, as far as it can be told.</param>
public sealed record WordMismatch(TensorIndex Index, string Tile, string Explanation);
