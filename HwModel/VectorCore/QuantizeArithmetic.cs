using System.Runtime.Intrinsics;

namespace TileProof.HwModel.VectorCore;

/// <summary>float32 to int8: multiply by the reciprocal scale and add the zero point in one rounding, limit, round (operator contract, section 4a).</summary>
internal static class QuantizeArithmetic
{
    private const int StepElements = 32;

    /// <summary>The reciprocal of the scale, one single-precision division; infinity becomes the largest finite number.</summary>
    public static float InverseScale(float scale) => MathF.Min(1.0f / scale, float.MaxValue);

    /// <summary>Whole steps in vectors, the rest one by one; the same bytes as <see cref="Scalar"/>.</summary>
    public static void Vector(ReadOnlySpan<float> reals, float inverseScale, float zeroPoint, Span<sbyte> levels)
    {
        int i = 0;
        for (; i <= reals.Length - StepElements; i += StepElements)
        {
            Vector256<short> low = Vector256.Narrow(Levels(reals[i..], inverseScale, zeroPoint), Levels(reals[(i + 8)..], inverseScale, zeroPoint));
            Vector256<short> high = Vector256.Narrow(
                Levels(reals[(i + 16)..], inverseScale, zeroPoint), Levels(reals[(i + 24)..], inverseScale, zeroPoint));
            Vector256.Narrow(low, high).CopyTo(levels[i..]);
        }

        Scalar(reals[i..], inverseScale, zeroPoint, levels[i..]);
    }

    /// <summary>One element at a time.</summary>
    public static void Scalar(ReadOnlySpan<float> reals, float inverseScale, float zeroPoint, Span<sbyte> levels)
    {
        for (int i = 0; i < reals.Length; i++)
        {
            levels[i] = RoundToInt8.Scalar(MathF.FusedMultiplyAdd(reals[i], inverseScale, zeroPoint));
        }
    }

    private static Vector256<int> Levels(ReadOnlySpan<float> reals, float inverseScale, float zeroPoint) => RoundToInt8.Vector(
        Vector256.FusedMultiplyAdd(Vector256.Create(reals), Vector256.Create(inverseScale), Vector256.Create(zeroPoint)));
}
