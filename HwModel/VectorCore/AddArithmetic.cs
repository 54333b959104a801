using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TileProof.HwModel.VectorCore;

/// <summary>float32 sum (operator contract, section 8).</summary>
internal static class AddArithmetic
{
    /// <summary>Whole vectors, then the rest one by one; the same bytes as <see cref="Scalar"/>.</summary>
    public static void Vector(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> sums)
    {
        int count = left.Length / Vector256<float>.Count * Vector256<float>.Count;
        ref float first = ref MemoryMarshal.GetReference(left);
        ref float second = ref MemoryMarshal.GetReference(right[..count]);
        ref float target = ref MemoryMarshal.GetReference(sums[..count]);
        for (int i = 0; i < count; i += Vector256<float>.Count)
        {
            (Vector256.LoadUnsafe(ref first, (nuint)i) + Vector256.LoadUnsafe(ref second, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        Scalar(left[count..], right[count..], sums[count..]);
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
