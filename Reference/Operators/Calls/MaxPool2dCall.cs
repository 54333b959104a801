namespace TileProof.Operators.Calls;

/// <summary>Maximum over windows of float32 or int8 elements; int8 ones keep their scale and zero point. Input <c>[N, C, H, W]</c>, output <c>[N, C, OH, OW]</c>.</summary>
public sealed record MaxPool2dCall : OperatorCall
{
    /// <summary>The geometry.</summary>
    public required MaxPool2dShape Shape { get; init; }

    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.MaxPool2d;

    /// <inheritdoc/>
    public override string LayerKey => Shape.ConfigKey;
}
