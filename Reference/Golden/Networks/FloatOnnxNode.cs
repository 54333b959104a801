namespace TileProof.Golden.Networks;

/// <summary>An operator that only ONNX Runtime computes; its values stay float32 when the network is quantized.</summary>
public sealed record FloatOnnxNode : FloatNode
{
    /// <summary>The ONNX operator, such as <c>LeakyRelu</c>.</summary>
    public required string OperatorType { get; init; }

    /// <summary>The model of the operator alone, as <see cref="Operators.Calls.OnnxFallbackCall.Model"/> describes it.</summary>
    public required byte[] Model { get; init; }
}
