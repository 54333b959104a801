namespace TileProof.Golden.Networks;

/// <summary>Values behind each other along an axis of <c>[N, C, H, W]</c>.</summary>
public sealed record FloatConcat : FloatNode
{
    /// <summary>0 for images, 1 for channels, 2 for rows, 3 for columns.</summary>
    public required int Axis { get; init; }
}
