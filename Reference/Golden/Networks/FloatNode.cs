using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>One operator of a float32 network; its name is also the name of the value it makes.</summary>
public abstract record FloatNode
{
    /// <summary>Unique in the network, such as <c>layer1.0.conv1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The values read, in operator order: names of earlier nodes or of the network's input.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary><c>[N, C, H, W]</c> of the value made.</summary>
    public required TensorShape OutputShape { get; init; }
}
