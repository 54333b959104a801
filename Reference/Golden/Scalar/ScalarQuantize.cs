using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>float32 to int8, as the DSP computes it.</summary>
/// <remarks>
/// Source: operator contract, section 4a. The reciprocal of the scale is one single-precision division; multiply and zero point
/// share one rounding (fused multiply-add), and the round to an integer comes last. The published minimum and maximum leave NaN
/// open; here NaN becomes 127, because IEEE minimumNumber ignores it.
/// </remarks>
internal static class ScalarQuantize
{
    public static Tensor Compute(QuantizePerTensorCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Int8);
        Compute(call.Output.RequiredQuantization, input.Float32, output.Int8);
        return output;
    }

    public static void Compute(QuantizationParameters quantization, ReadOnlySpan<float> reals, Span<sbyte> levels)
    {
        float inverseScale = Math.Min(1.0f / quantization.Scale, float.MaxValue);
        for (int i = 0; i < levels.Length; i++)
        {
            float t = MathF.FusedMultiplyAdd(reals[i], inverseScale, quantization.ZeroPoint);
            levels[i] = FusedRounding.ToInt8(t);
        }
    }
}
