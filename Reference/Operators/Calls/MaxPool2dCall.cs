namespace TileProof.Operators.Calls;

/// <summary>float32 maximum over windows. Input <c>[N, C, H, W]</c>, output <c>[N, C, OH, OW]</c>.</summary>
public sealed record MaxPool2dCall : OperatorCall
{
    /// <summary>The geometry.</summary>
    public required MaxPool2dShape Shape { get; init; }

    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.MaxPool2d;

    /// <inheritdoc/>
    public override string LayerKey => Shape.ConfigKey;
}
