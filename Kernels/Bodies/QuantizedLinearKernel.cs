using TileProof.Kernels.Arithmetic;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Views;

namespace TileProof.Kernels.Bodies;

/// <summary>int8 fully connected layer: one work item per output element (operator contract, sections 7a and 4e).</summary>
public static class QuantizedLinearKernel
{
    /// <summary>Computes the output at <paramref name="index"/> of <c>[N, M]</c>; the sum is modulo 2^32, so its order does not matter.</summary>
    public static sbyte Compute<TInt8, TInt32>(int index, TInt8 input, TInt8 weights, TInt32 bias, QuantizedLinearParameters parameters)
        where TInt8 : struct, IReadOnlyView<sbyte>
        where TInt32 : struct, IReadOnlyView<int>
    {
        int output = index % parameters.OutputFeatures;
        int inputOffset = index / parameters.OutputFeatures * parameters.InputFeatures;
        int weightOffset = output * parameters.InputFeatures;
        int sum = bias[output];
        for (int feature = 0; feature < parameters.InputFeatures; feature++)
        {
            int level = input[inputOffset + feature] - parameters.InputZeroPoint;
            int weight = weights[weightOffset + feature] - parameters.WeightZeroPoint;
            sum = unchecked(sum + (level * weight));
        }

        float rounded = FloatArithmetic.RoundToNearestEven(FloatArithmetic.Multiply(parameters.Scale, sum));
        return FloatArithmetic.ToInt8(parameters.OutputZeroPoint + rounded);
    }
}
