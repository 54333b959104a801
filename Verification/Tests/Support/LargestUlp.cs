using TileProof.Verification.Comparison;

namespace TileProof.Tests.Support;

/// <summary>The largest distance of two sequences of float32 numbers.</summary>
internal static class LargestUlp
{
    /// <summary>In units in the last place, element by element.</summary>
    public static long Between(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Assert.Equal(a.Length, b.Length);
        long largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            largest = Math.Max(largest, UlpDistance.Between(a[i], b[i]));
        }

        return largest;
    }
}
