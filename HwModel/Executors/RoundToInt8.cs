using System.Runtime.Intrinsics;

namespace TileProof.HwModel.Executors;

/// <summary>The last steps of quantize and of the quantized rectifier: limit to -128..127, then round to the nearest integer, ties to even.</summary>
/// <remarks>The hardware's minimum and maximum of NaN are not published; here they ignore NaN, which so becomes 127.</remarks>
internal static class RoundToInt8
{
    public static sbyte Scalar(float value) =>
        (sbyte)MathF.Round(float.MaxNumber(float.MinNumber(value, sbyte.MaxValue), sbyte.MinValue), MidpointRounding.ToEven);

    public static Vector256<int> Vector(Vector256<float> values)
    {
        Vector256<float> limited = Vector256.MaxNumber(
            Vector256.MinNumber(values, Vector256.Create((float)sbyte.MaxValue)), Vector256.Create((float)sbyte.MinValue));
        return Vector256.ConvertToInt32(Vector256.Round(limited));
    }
}
