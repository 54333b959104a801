namespace TileProof.Tests.Support;

/// <summary>How many representable single-precision numbers lie between two.</summary>
internal static class UlpDistance
{
    public static long Between(float a, float b) => Math.Abs(Ordered(a) - Ordered(b));

    /// <summary>The largest distance of two sequences, element by element.</summary>
    public static long Largest(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Assert.Equal(a.Length, b.Length);
        long largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            largest = Math.Max(largest, Between(a[i], b[i]));
        }

        return largest;
    }

    private static long Ordered(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits < 0 ? int.MinValue - (long)bits : bits;
    }
}
