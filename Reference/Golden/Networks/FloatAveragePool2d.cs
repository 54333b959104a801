using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>Mean over the elements of windows that lie in the image; padding is not counted.</summary>
public sealed record FloatAveragePool2d : FloatNode
{
    /// <summary>The geometry.</summary>
    public required MaxPool2dShape Shape { get; init; }
}
