using TileProof.Kernels.Arithmetic;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Views;

namespace TileProof.Kernels.Bodies;

/// <summary>Requantization, sum and product of int8 values: one work item per element.</summary>
public static class LevelArithmeticKernel
{
    /// <summary>Every step rounds to single precision; the level is rounded to the nearest, ties to even, before the zero point is added.</summary>
    /// <param name="index">The element.</param>
    /// <param name="left">The levels of the first input.</param>
    /// <param name="right">Those of the second; the first again where there is none.</param>
    /// <param name="parameters">The scalars.</param>
    public static sbyte Compute<TInt8>(int index, TInt8 left, TInt8 right, LevelArithmeticParameters parameters)
        where TInt8 : struct, IReadOnlyView<sbyte>
    {
        float real = FloatArithmetic.Multiply(parameters.FirstScale, left[index] - parameters.FirstZeroPoint);
        if (parameters.Operation != 0)
        {
            float other = FloatArithmetic.Multiply(parameters.SecondScale, right[index] - parameters.SecondZeroPoint);
            real = parameters.Operation == 1 ? (float)((double)real + other) : FloatArithmetic.Multiply(real, other);
        }

        return FloatArithmetic.ToInt8(FloatArithmetic.RoundToNearestEven(FloatArithmetic.Multiply(real, parameters.InverseScale)) + parameters.OutputZeroPoint);
    }
}
