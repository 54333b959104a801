using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TileProof.HwModel.HostSimd;

/// <summary>Sums of products of int16 values that came from int8, or from the difference of two int8, modulo 2^32.</summary>
internal static class DotProduct
{
    /// <summary>The widest form that the processor has; every form gives the same sum.</summary>
    /// <param name="left">Values in -255..255.</param>
    /// <param name="right">As many values in -255..255; the length is a multiple of 32.</param>
    public static int Sum(ReadOnlySpan<short> left, ReadOnlySpan<short> right)
    {
        if (Avx512BW.IsSupported)
        {
            return Sum512(left, right);
        }

        return Avx2.IsSupported ? Sum256(left, right) : SumScalar(left, right);
    }

    /// <summary>One product at a time.</summary>
    public static int SumScalar(ReadOnlySpan<short> left, ReadOnlySpan<short> right)
    {
        int sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum = unchecked(sum + (left[i] * right[i]));
        }

        return sum;
    }

    /// <summary>16 products at a time; pairs are added exactly because 2 * 255 * 255 fits an int32.</summary>
    public static int Sum256(ReadOnlySpan<short> left, ReadOnlySpan<short> right)
    {
        ReadOnlySpan<Vector256<short>> leftVectors = MemoryMarshal.Cast<short, Vector256<short>>(left);
        ReadOnlySpan<Vector256<short>> rightVectors = MemoryMarshal.Cast<short, Vector256<short>>(right)[..leftVectors.Length];
        Vector256<int> sums = Vector256<int>.Zero;
        for (int i = 0; i < leftVectors.Length; i++)
        {
            sums += Avx2.MultiplyAddAdjacent(leftVectors[i], rightVectors[i]);
        }

        return Vector256.Sum(sums);
    }

    /// <summary>32 products at a time.</summary>
    public static int Sum512(ReadOnlySpan<short> left, ReadOnlySpan<short> right)
    {
        ReadOnlySpan<Vector512<short>> leftVectors = MemoryMarshal.Cast<short, Vector512<short>>(left);
        ReadOnlySpan<Vector512<short>> rightVectors = MemoryMarshal.Cast<short, Vector512<short>>(right)[..leftVectors.Length];
        Vector512<int> sums = Vector512<int>.Zero;
        for (int i = 0; i < leftVectors.Length; i++)
        {
            sums += Avx512BW.MultiplyAddAdjacent(leftVectors[i], rightVectors[i]);
        }

        return Vector512.Sum(sums);
    }
}
