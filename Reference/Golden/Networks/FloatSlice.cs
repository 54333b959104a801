namespace TileProof.Golden.Networks;

/// <summary>Consecutive indices of an axis of <c>[N, C, H, W]</c>, as many as the output has.</summary>
public sealed record FloatSlice : FloatNode
{
    /// <summary>1 for channels, 2 for rows, 3 for columns.</summary>
    public required int Axis { get; init; }

    /// <summary>The first index.</summary>
    public required int First { get; init; }
}
