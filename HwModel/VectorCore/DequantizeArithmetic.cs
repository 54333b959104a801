using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TileProof.HwModel.VectorCore;

/// <summary>int8 to float32: one single-precision product of the scale and the exact distance from the zero point (operator contract, section 5).</summary>
internal static class DequantizeArithmetic
{
    private const int StepElements = 32;

    /// <summary>Whole steps in vectors, the rest one by one; the same bytes as <see cref="Scalar"/>.</summary>
    public static void Vector(ReadOnlySpan<sbyte> levels, float scale, int zeroPoint, Span<float> reals)
    {
        int i = Avx512F.IsSupported ? WideVectors(levels, scale, zeroPoint, reals) : 0;
        for (; i <= levels.Length - StepElements; i += StepElements)
        {
            (Vector256<short> low, Vector256<short> high) = Vector256.Widen(Vector256.Create(levels[i..]));
            Store(low, scale, zeroPoint, reals[i..]);
            Store(high, scale, zeroPoint, reals[(i + 16)..]);
        }

        Scalar(levels[i..], scale, zeroPoint, reals[i..]);
    }

    /// <summary>One element at a time.</summary>
    public static void Scalar(ReadOnlySpan<sbyte> levels, float scale, int zeroPoint, Span<float> reals)
    {
        for (int i = 0; i < levels.Length; i++)
        {
            reals[i] = scale * (levels[i] - zeroPoint);
        }
    }

    /// <summary>16 elements at a time; returns how many.</summary>
    private static int WideVectors(ReadOnlySpan<sbyte> levels, float scale, int zeroPoint, Span<float> reals)
    {
        int count = levels.Length / Vector512<float>.Count * Vector512<float>.Count;
        ref sbyte source = ref MemoryMarshal.GetReference(levels);
        ref float target = ref MemoryMarshal.GetReference(reals[..count]);
        var zero = Vector512.Create(zeroPoint);
        for (int i = 0; i < count; i += Vector512<float>.Count)
        {
            Vector512<int> distances = Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref source, (nuint)i)) - zero;
            (Vector512.ConvertToSingle(distances) * scale).StoreUnsafe(ref target, (nuint)i);
        }

        return count;
    }

    private static void Store(Vector256<short> levels, float scale, int zeroPoint, Span<float> reals)
    {
        (Vector256<int> low, Vector256<int> high) = Vector256.Widen(levels - Vector256.Create((short)zeroPoint));
        (Vector256.ConvertToSingle(low) * scale).CopyTo(reals);
        (Vector256.ConvertToSingle(high) * scale).CopyTo(reals[8..]);
    }
}
