using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>int8 rectifier with rescaling, as the DSP computes it: the scaling and the output zero point share one rounding.</summary>
/// <remarks>Source: operator contract, section 6a.</remarks>
internal static class ScalarRelu
{
    public static Tensor Compute(QuantizedReluCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Int8);
        Compute(call, input.Int8, output.Int8);
        return output;
    }

    public static void Compute(QuantizedReluCall call, ReadOnlySpan<sbyte> source, Span<sbyte> result)
    {
        int inputZeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        int outputZeroPoint = call.Output.RequiredQuantization.ZeroPoint;
        float scale = RequantizationScale.FromMultiplier(call.OutputMultiplier, call.OutputShift);
        for (int i = 0; i < result.Length; i++)
        {
            int rectified = Math.Max(source[i] - inputZeroPoint, 0);
            result[i] = FusedRounding.ToInt8(MathF.FusedMultiplyAdd(rectified, scale, outputZeroPoint));
        }
    }
}
