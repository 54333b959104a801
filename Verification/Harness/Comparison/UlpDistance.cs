namespace TileProof.Verification.Comparison;

/// <summary>Distances between float32 numbers in units in the last place: how many representable numbers lie between.</summary>
public static class UlpDistance
{
    /// <summary>The distance of two numbers; -0 and +0 are one number, and a NaN is infinitely far from everything but a NaN.</summary>
    public static long Between(float a, float b)
    {
        if (float.IsNaN(a) || float.IsNaN(b))
        {
            return float.IsNaN(a) && float.IsNaN(b) ? 0 : long.MaxValue;
        }

        return Math.Abs(Ordered(a) - Ordered(b));
    }

    private static long Ordered(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits < 0 ? int.MinValue - (long)bits : bits;
    }
}
