namespace TileProof.Golden.Networks;

/// <summary>The mean over rows and columns: <c>[N, C, H, W]</c> to <c>[N, C, 1, 1]</c>.</summary>
public sealed record FloatMean : FloatNode;
