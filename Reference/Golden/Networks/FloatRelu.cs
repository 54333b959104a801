namespace TileProof.Golden.Networks;

/// <summary>max(x, 0), element by element.</summary>
public sealed record FloatRelu : FloatNode;
