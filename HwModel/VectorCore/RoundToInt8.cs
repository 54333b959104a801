using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TileProof.HwModel.VectorCore;

/// <summary>The last steps of quantize and of the quantized rectifier: limit to -128..127, then round to the nearest integer, ties to even.</summary>
/// <remarks>The hardware's minimum and maximum of NaN are not published; here they ignore NaN, which so becomes 127.</remarks>
internal static class RoundToInt8
{
    public static sbyte Scalar(float value) =>
        (sbyte)MathF.Round(float.MaxNumber(float.MinNumber(value, sbyte.MaxValue), sbyte.MinValue), MidpointRounding.ToEven);

    public static Vector256<int> Vector(Vector256<float> values)
    {
        var largest = Vector256.Create((float)sbyte.MaxValue);
        var smallest = Vector256.Create((float)sbyte.MinValue);

        // The x86 minimum of NaN and a number is its second operand, so one instruction is enough there.
        Vector256<float> limited = Avx.IsSupported
            ? Avx.Max(Avx.Min(values, largest), smallest)
            : Vector256.MaxNumber(Vector256.MinNumber(values, largest), smallest);
        return Vector256.ConvertToInt32Native(Vector256.Round(limited));
    }

    /// <summary>The same of 16 elements; needs AVX-512.</summary>
    public static Vector512<int> Vector(Vector512<float> values)
    {
        Vector512<float> limited = Avx512F.Max(Avx512F.Min(values, Vector512.Create((float)sbyte.MaxValue)), Vector512.Create((float)sbyte.MinValue));
        return Vector512.ConvertToInt32Native(Vector512.Round(limited));
    }
}
