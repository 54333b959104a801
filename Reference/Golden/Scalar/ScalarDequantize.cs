using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>int8 to float32: one single-precision product of the scale and the exact distance from the zero point.</summary>
/// <remarks>Source: operator contract, section 5.</remarks>
internal static class ScalarDequantize
{
    public static Tensor Compute(DequantizePerTensorCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        Compute(call.Input.RequiredQuantization, input.Int8, output.Float32);
        return output;
    }

    public static void Compute(QuantizationParameters quantization, ReadOnlySpan<sbyte> levels, Span<float> reals)
    {
        for (int i = 0; i < reals.Length; i++)
        {
            reals[i] = quantization.Scale * (levels[i] - quantization.ZeroPoint);
        }
    }
}
