using TileProof.Kernels.Arithmetic;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Views;

namespace TileProof.Kernels.Bodies;

/// <summary>int8 rectifier with requantization: one work item per element (operator contract, section 6a).</summary>
public static class QuantizedReluKernel
{
    /// <summary>Keeps levels above the input zero point, rescales and adds the output zero point with one rounding, clamps, and rounds ties to even.</summary>
    public static sbyte Compute<TInt8>(int index, TInt8 input, RescalingParameters parameters)
        where TInt8 : struct, IReadOnlyView<sbyte>
    {
        int level = Math.Max(input[index] - parameters.InputZeroPoint, 0);
        return FloatArithmetic.ToInt8(FloatArithmetic.FusedMultiplyAdd(level, parameters.Scale, parameters.OutputZeroPoint));
    }
}
