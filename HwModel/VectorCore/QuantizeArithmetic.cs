using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
        int i = Avx512F.IsSupported ? WideVectors(reals, inverseScale, zeroPoint, levels) : 0;
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

    /// <summary>16 elements at a time; returns how many.</summary>
    private static int WideVectors(ReadOnlySpan<float> reals, float inverseScale, float zeroPoint, Span<sbyte> levels)
    {
        int count = reals.Length / Vector512<float>.Count * Vector512<float>.Count;
        ref float source = ref MemoryMarshal.GetReference(reals);
        ref sbyte target = ref MemoryMarshal.GetReference(levels[..count]);
        var factor = Vector512.Create(inverseScale);
        var zero = Vector512.Create(zeroPoint);
        for (int i = 0; i < count; i += Vector512<float>.Count)
        {
            Vector512<int> rounded = RoundToInt8.Vector(Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref source, (nuint)i), factor, zero));
            Avx512F.ConvertToVector128SByte(rounded).StoreUnsafe(ref target, (nuint)i);
        }

        return count;
    }

    private static Vector256<int> Levels(ReadOnlySpan<float> reals, float inverseScale, float zeroPoint) => RoundToInt8.Vector(
        Vector256.FusedMultiplyAdd(Vector256.Create(reals), Vector256.Create(inverseScale), Vector256.Create(zeroPoint)));
}
