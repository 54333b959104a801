using System.Runtime.Intrinsics;

namespace TileProof.HwModel.VectorCore;

/// <summary>float32 sum (operator contract, section 8).</summary>
internal static class AddArithmetic
{
    /// <summary>Whole vectors, then the rest one by one; the same bytes as <see cref="Scalar"/>.</summary>
    public static void Vector(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> sums)
    {
        int i = 0;
        for (; i <= left.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256.Create(left[i..]) + Vector256.Create(right[i..])).CopyTo(sums[i..]);
        }

        Scalar(left[i..], right[i..], sums[i..]);
    }

    /// <summary>One element at a time.</summary>
    public static void Scalar(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> sums)
    {
        for (int i = 0; i < left.Length; i++)
        {
            sums[i] = left[i] + right[i];
        }
    }
}
