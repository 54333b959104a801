namespace TileProof.Operators.Calls;

/// <summary>int8 rectifier: levels above the input zero point, rescaled to the output's parameters.</summary>
/// <remarks>The modelled operator takes the rescaling as an int32 multiplier in Q31 and a power of two (contract, section 6a).</remarks>
public sealed record QuantizedReluCall : OperatorCall
{
    /// <summary>The rescaling factor as a Q31 mantissa.</summary>
    public required int OutputMultiplier { get; init; }

    /// <summary>The power of two that goes with <see cref="OutputMultiplier"/>; positive shifts left.</summary>
    public required int OutputShift { get; init; }

    /// <inheritdoc/>
    public override OperatorKind Kind => OperatorKind.QuantizedRelu;

    /// <inheritdoc/>
    public override string LayerKey => ElementwiseKey.For("relu", Input);
}
