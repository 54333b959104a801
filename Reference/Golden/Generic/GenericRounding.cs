namespace TileProof.Golden.Generic;

/// <summary>The vendor's portable requantization of one real number.</summary>
internal static class GenericRounding
{
    /// <summary>Multiplies, rounds to the nearest integer (ties to even), adds the zero point in float and limits to int8.</summary>
    /// <remarks>
    /// Source: operator contract, section 4e. The published code converts to int64 before it limits, which is undefined for NaN
    /// and beyond int64; here NaN gives the zero point and everything else its limit.
    /// </remarks>
    public static sbyte ToInt8(float value, float inverseScale, int zeroPoint)
    {
        float rounded = MathF.Round(inverseScale * value, MidpointRounding.ToEven);
        float level = (float)zeroPoint + rounded;
        return float.IsNaN(level) ? (sbyte)zeroPoint : (sbyte)Math.Clamp(level, sbyte.MinValue, sbyte.MaxValue);
    }

    /// <summary>The reciprocal of a scale: divided in double, rounded once to float.</summary>
    public static float InverseOf(float scale) => (float)(1.0 / scale);

    /// <summary>The float factor of a Q31 multiplier and a power of two; only the conversion of the multiplier rounds.</summary>
    public static float ScaleOf(int multiplier, int shift) => (float)Math.ScaleB((double)(float)multiplier, shift - 31);
}
