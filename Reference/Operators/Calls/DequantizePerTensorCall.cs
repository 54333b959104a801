namespace TileProof.Operators.Calls;

/// <summary>int8 to float32 with the quantization parameters of the input.</summary>
public sealed record DequantizePerTensorCall : OperatorCall
{
    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.DequantizePerTensor;

    /// <inheritdoc/>
    public override string LayerKey => ElementwiseKey.For("dequantize", Input);
}
