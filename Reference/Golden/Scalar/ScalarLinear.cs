using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>int8 fully connected layer, as the DSP computes it.</summary>
/// <remarks>
/// Source: operator contract, section 7a. The sum is int32 arithmetic modulo 2^32, in which both zero points are subtracted from
/// every factor; the modelled signature narrows both to int8. The float steps round three times: the accumulator to float, the
/// product with the scale, and the sum of zero point and integer part.
/// </remarks>
internal static class ScalarLinear
{
    public static Tensor Compute(QuantizedLinearCall call, Tensor input)
    {
        int inputZeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        int outputZeroPoint = call.Output.RequiredQuantization.ZeroPoint;
        float scale = RequantizationScale.FromMultiplier(call.OutputMultiplier, call.OutputShift);
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Int8);
        for (int row = 0; row < input.Shape.Batch; row++)
        {
            ReadOnlySpan<sbyte> x = input.Int8.Slice(row * call.InputFeatures, call.InputFeatures);
            Span<sbyte> y = output.Int8.Slice(row * call.OutputFeatures, call.OutputFeatures);
            for (int m = 0; m < y.Length; m++)
            {
                ReadOnlySpan<sbyte> w = call.Weights.AsSpan(m * call.InputFeatures, call.InputFeatures);
                y[m] = Requantize(Accumulate(call.Bias[m], x, inputZeroPoint, w, call.WeightZeroPoint), scale, outputZeroPoint);
            }
        }

        return output;
    }

    private static int Accumulate(int bias, ReadOnlySpan<sbyte> x, int inputZeroPoint, ReadOnlySpan<sbyte> w, int weightZeroPoint)
    {
        int narrowInputZeroPoint = unchecked((sbyte)inputZeroPoint);
        int narrowWeightZeroPoint = unchecked((sbyte)weightZeroPoint);
        int accumulator = bias;
        for (int k = 0; k < x.Length; k++)
        {
            // The hardware's lane sums wrap modulo 2^32.
            accumulator = unchecked(accumulator + ((x[k] - narrowInputZeroPoint) * (w[k] - narrowWeightZeroPoint)));
        }

        return accumulator;
    }

    private static sbyte Requantize(int accumulator, float scale, int outputZeroPoint)
    {
        float rounded = MathF.Round(scale * (float)accumulator, MidpointRounding.ToEven);
        float level = (float)outputZeroPoint + rounded;
        return (sbyte)Math.Clamp(level, sbyte.MinValue, sbyte.MaxValue);
    }
}
