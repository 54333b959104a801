using System.Runtime.Intrinsics;

namespace TileProof.HwModel.VectorCore;

/// <summary>int8 to float32: one single-precision product of the scale and the exact distance from the zero point (operator contract, section 5).</summary>
internal static class DequantizeArithmetic
{
    private const int StepElements = 32;

    /// <summary>Whole steps in vectors, the rest one by one; the same bytes as <see cref="Scalar"/>.</summary>
    public static void Vector(ReadOnlySpan<sbyte> levels, float scale, int zeroPoint, Span<float> reals)
    {
        int i = 0;
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

    private static void Store(Vector256<short> levels, float scale, int zeroPoint, Span<float> reals)
    {
        (Vector256<int> low, Vector256<int> high) = Vector256.Widen(levels - Vector256.Create((short)zeroPoint));
        (Vector256.ConvertToSingle(low) * scale).CopyTo(reals);
        (Vector256.ConvertToSingle(high) * scale).CopyTo(reals[8..]);
    }
}
