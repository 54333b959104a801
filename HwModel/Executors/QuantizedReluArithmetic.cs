using System.Runtime.Intrinsics;

namespace TileProof.HwModel.Executors;

/// <summary>int8 rectifier: the distance above the input zero point, scaled and moved to the output zero point in one rounding (operator contract, section 6a).</summary>
internal static class QuantizedReluArithmetic
{
    private const int StepElements = 32;

    /// <summary>Whole steps in vectors, the rest one by one; the same bytes as <see cref="Scalar"/>.</summary>
    public static void Vector(ReadOnlySpan<sbyte> levels, int inputZeroPoint, float scale, float outputZeroPoint, Span<sbyte> results)
    {
        int i = 0;
        for (; i <= levels.Length - StepElements; i += StepElements)
        {
            (Vector256<short> low, Vector256<short> high) = Vector256.Widen(Vector256.Create(levels[i..]));
            Vector256.Narrow(Rescale(low, inputZeroPoint, scale, outputZeroPoint), Rescale(high, inputZeroPoint, scale, outputZeroPoint))
                .CopyTo(results[i..]);
        }

        Scalar(levels[i..], inputZeroPoint, scale, outputZeroPoint, results[i..]);
    }

    /// <summary>One element at a time.</summary>
    public static void Scalar(ReadOnlySpan<sbyte> levels, int inputZeroPoint, float scale, float outputZeroPoint, Span<sbyte> results)
    {
        for (int i = 0; i < levels.Length; i++)
        {
            float rectified = Math.Max(levels[i] - inputZeroPoint, 0);
            results[i] = RoundToInt8.Scalar(MathF.FusedMultiplyAdd(rectified, scale, outputZeroPoint));
        }
    }

    private static Vector256<short> Rescale(Vector256<short> levels, int inputZeroPoint, float scale, float outputZeroPoint)
    {
        Vector256<short> rectified = Vector256.Max(levels - Vector256.Create((short)inputZeroPoint), Vector256<short>.Zero);
        (Vector256<int> low, Vector256<int> high) = Vector256.Widen(rectified);
        return Vector256.Narrow(Rescale(low, scale, outputZeroPoint), Rescale(high, scale, outputZeroPoint));
    }

    private static Vector256<int> Rescale(Vector256<int> rectified, float scale, float outputZeroPoint) => RoundToInt8.Vector(
        Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(rectified), Vector256.Create(scale), Vector256.Create(outputZeroPoint)));
}
