namespace TileProof.Operators.Calls;

/// <summary>float32 sum of two tensors of the same shape.</summary>
public sealed record AddCall : OperatorCall
{
    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.Add;

    /// <inheritdoc/>
    public override string LayerKey => ElementwiseKey.For("add", Input);
}
