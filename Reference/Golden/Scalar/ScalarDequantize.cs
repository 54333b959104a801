using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>int8 to float32: one single-precision product of the scale and the exact distance from the zero point.</summary>
/// <remarks>Source: operator contract, section 5.</remarks>
internal static class ScalarDequantize
{
    public static Tensor Compute(DequantizePerTensorCall call, Tensor input)
    {
        QuantizationParameters quantization = call.Input.RequiredQuantization;
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        ReadOnlySpan<sbyte> levels = input.Int8;
        Span<float> reals = output.Float32;
        for (int i = 0; i < reals.Length; i++)
        {
            reals[i] = quantization.Scale * (levels[i] - quantization.ZeroPoint);
        }

        return output;
    }
}
