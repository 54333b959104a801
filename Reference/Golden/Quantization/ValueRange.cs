using System.Globalization;
using TileProof.Operators;

namespace TileProof.Golden.Quantization;

/// <summary>The real numbers that a quantized value must be able to hold.</summary>
/// <remarks>Both ends are finite and <see cref="Minimum"/> is not above <see cref="Maximum"/>; <c>default</c> is 0..0.</remarks>
public readonly record struct ValueRange
{
    private const int Levels = 255;
    private const float SmallestScale = 1e-30f;

    private ValueRange(float minimum, float maximum)
    {
        Minimum = minimum;
        Maximum = maximum;
    }

    /// <summary>The lower end.</summary>
    public float Minimum { get; }

    /// <summary>The upper end.</summary>
    public float Maximum { get; }

    /// <summary>Makes a range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An end is not finite, or the ends are in the wrong order.</exception>
    public static ValueRange Between(float minimum, float maximum)
    {
        if (!float.IsFinite(minimum) || !float.IsFinite(maximum) || minimum > maximum)
        {
            throw new ArgumentOutOfRangeException(
                nameof(minimum), string.Create(CultureInfo.InvariantCulture, $"{minimum}..{maximum} is not a range of finite numbers."));
        }

        return new ValueRange(minimum, maximum);
    }

    /// <summary>The smallest range that holds both.</summary>
    public ValueRange Union(ValueRange other) => new(Math.Min(Minimum, other.Minimum), Math.Max(Maximum, other.Maximum));

    /// <summary>Both ends moved away from each other to four significant decimal digits.</summary>
    /// <remarks>Float sums differ between CPUs in their last bits; rounded ranges do not, but for ends that lie at a rounding step.</remarks>
    public ValueRange RoundOutward() => new(0f - RoundUp(-Minimum), RoundUp(Maximum));

    /// <summary>Asymmetric int8 parameters: 255 steps from the lower to the upper end, and real 0 at an int8 level.</summary>
    /// <remarks>
    /// The range is first extended to hold 0, so a value that is never negative gets the zero point -128.
    /// <c>scale = (max - min) / 255</c> in single precision; <c>zero point = -128 - round(min / scale)</c>, ties to even.
    /// </remarks>
    public QuantizationParameters ToQuantization()
    {
        float minimum = Math.Min(Minimum, 0f);
        float maximum = Math.Max(Maximum, 0f);
        float scale = Math.Max((maximum - minimum) / Levels, SmallestScale);
        int zeroPoint = sbyte.MinValue - (int)MathF.Round(minimum / scale);
        return QuantizationParameters.FromScale(scale, Math.Clamp(zeroPoint, sbyte.MinValue, sbyte.MaxValue));
    }

    /// <summary>The smallest number of four significant digits that is not below <paramref name="value"/>, as the nearest float.</summary>
    private static float RoundUp(float value)
    {
        string text = value.ToString("E3", CultureInfo.InvariantCulture);
        int exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        decimal mantissa = decimal.Parse(text.AsSpan(0, exponentAt), NumberStyles.Float, CultureInfo.InvariantCulture);
        ReadOnlySpan<char> exponent = text.AsSpan(exponentAt);
        float rounded = Join(mantissa, exponent);
        return rounded < value ? Join(mantissa + 0.001m, exponent) : rounded;
    }

    private static float Join(decimal mantissa, ReadOnlySpan<char> exponent) =>
        float.Parse($"{mantissa.ToString(CultureInfo.InvariantCulture)}{exponent}", NumberStyles.Float, CultureInfo.InvariantCulture);
}
