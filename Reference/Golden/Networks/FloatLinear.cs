namespace TileProof.Golden.Networks;

/// <summary>A fully connected layer: <c>[N, K, 1, 1]</c> to <c>[N, M, 1, 1]</c>.</summary>
public sealed record FloatLinear : FloatNode
{
    /// <summary><c>[M, K]</c>.</summary>
    public required float[] Weights { get; init; }

    /// <summary>One per output.</summary>
    public required float[] Bias { get; init; }

    /// <summary>K, the inputs of one output.</summary>
    public int InputFeatures => Weights.Length / Bias.Length;

    /// <summary>M, the outputs.</summary>
    public int OutputFeatures => Bias.Length;
}
