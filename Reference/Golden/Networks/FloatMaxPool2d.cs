using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>Maximum over windows; padding never wins.</summary>
public sealed record FloatMaxPool2d : FloatNode
{
    /// <summary>The geometry.</summary>
    public required MaxPool2dShape Shape { get; init; }
}
