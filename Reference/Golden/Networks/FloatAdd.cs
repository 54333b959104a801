namespace TileProof.Golden.Networks;

/// <summary>The sum of two values of the same shape.</summary>
public sealed record FloatAdd : FloatNode;
