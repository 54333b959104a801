namespace TileProof.Operators.Calls;

/// <summary>float32 to int8 with the quantization parameters of the output.</summary>
public sealed record QuantizePerTensorCall : OperatorCall
{
    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.QuantizePerTensor;

    /// <inheritdoc/>
    public override string LayerKey => ElementwiseKey.For("quantize", Input);
}
