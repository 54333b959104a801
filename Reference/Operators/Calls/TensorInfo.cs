namespace TileProof.Operators.Calls;

/// <summary>What is known of a value that flows between operator calls.</summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Shape"><c>[N, C, H, W]</c>.</param>
/// <param name="ElementType">int8 or float32.</param>
/// <param name="Quantization">Scale and zero point of an int8 value; null for float32.</param>
public sealed record TensorInfo(string Name, TensorShape Shape, ElementType ElementType, QuantizationParameters? Quantization)
{
    /// <summary>The bytes the value takes in system memory.</summary>
    public int LengthBytes => checked(Shape.ElementCount * ElementType.SizeBytes());

    /// <summary>The scale and zero point of an int8 value.</summary>
    /// <exception cref="InvalidOperationException">The value is float32.</exception>
    public QuantizationParameters RequiredQuantization =>
        Quantization ?? throw new InvalidOperationException($"The value '{Name}' is {ElementType} and has no quantization parameters.");
}
