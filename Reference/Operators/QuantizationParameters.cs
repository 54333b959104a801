using System.Globalization;

namespace TileProof.Operators;

/// <summary>Per-tensor affine quantization to int8: <c>real = Scale * (q - ZeroPoint)</c>.</summary>
/// <remarks>The scale is finite and above 0; the zero point is in -128..127. <c>default</c> is not valid.</remarks>
public readonly record struct QuantizationParameters
{
    private QuantizationParameters(float scale, int zeroPoint)
    {
        Scale = scale;
        ZeroPoint = zeroPoint;
    }

    /// <summary>The real value of one quantization level.</summary>
    public float Scale { get; }

    /// <summary>The int8 code of real 0.</summary>
    public int ZeroPoint { get; }

    /// <summary>Makes parameters from a scale and a zero point.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not finite and positive, or the zero point is not an int8.</exception>
    public static QuantizationParameters FromScale(float scale, int zeroPoint)
    {
        if (!float.IsFinite(scale) || scale <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "A quantization scale must be finite and above 0.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(zeroPoint, sbyte.MinValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(zeroPoint, sbyte.MaxValue);
        return new QuantizationParameters(scale, zeroPoint);
    }

    /// <summary><c>scale=... zp=...</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"scale={Scale:R} zp={ZeroPoint}");
}
