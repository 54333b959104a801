namespace TileProof.Golden.Networks;

/// <summary>Softmax over the channels of <c>[N, C, 1, 1]</c>.</summary>
public sealed record FloatSoftmax : FloatNode;
