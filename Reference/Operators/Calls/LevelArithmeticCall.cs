namespace TileProof.Operators.Calls;

/// <summary>Requantization, sum or product of int8 values of one shape, element by element, with one rounding to levels.</summary>
/// <remarks>
/// The portable arithmetic of the modelled back end, in single precision: <c>r = scale * (q - zeroPoint)</c> of every input, <c>z</c> their sum or product,
/// <c>limit(zeroPoint + round(z * inverse))</c>, where <c>inverse = 1 / scale</c> of the output and ties go to even. Scales keep every step finite.
/// </remarks>
public sealed record LevelArithmeticCall : OperatorCall
{
    /// <summary>What is computed.</summary>
    public required LevelOperation Operation { get; init; }

    /// <inheritdoc/>
    public override OperatorKind Kind => Operation switch
    {
        LevelOperation.Add => OperatorKind.QuantizedAdd,
        LevelOperation.Multiply => OperatorKind.QuantizedMul,
        _ => OperatorKind.Requantize,
    };

    /// <inheritdoc/>
    public override string LayerKey => ElementwiseKey.For(
        Operation switch { LevelOperation.Add => "quantized_add", LevelOperation.Multiply => "quantized_mul", _ => "requantize" }, Input);
}
