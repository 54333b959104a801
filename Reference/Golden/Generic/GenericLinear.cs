using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Generic;

/// <summary>The vendor's portable fully connected layer with per-tensor parameters: an int32 sum, requantized in float.</summary>
/// <remarks>Source: operator contract, sections 7a and 7e. The sum wraps modulo 2^32.</remarks>
internal static class GenericLinear
{
    public static Tensor Compute(QuantizedLinearCall call, Tensor input)
    {
        int inputZeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        int outputZeroPoint = call.Output.RequiredQuantization.ZeroPoint;
        float scale = GenericRounding.ScaleOf(call.OutputMultiplier, call.OutputShift);
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Int8);
        int features = call.InputFeatures;
        for (int i = 0; i < output.Int8.Length; i++)
        {
            (int row, int m) = Math.DivRem(i, call.OutputFeatures);
            ReadOnlySpan<sbyte> levels = input.Int8.Slice(row * features, features);
            ReadOnlySpan<sbyte> weights = call.Weights.AsSpan(m * features, features);
            int sum = call.Bias[m];
            for (int k = 0; k < levels.Length; k++)
            {
                sum = unchecked(sum + ((levels[k] - inputZeroPoint) * (weights[k] - call.WeightZeroPoint))); // the portable sum is int32
            }

            output.Int8[i] = GenericRounding.ToInt8(sum, scale, outputZeroPoint);
        }

        return output;
    }
}
