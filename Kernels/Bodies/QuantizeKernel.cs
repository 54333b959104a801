using TileProof.Kernels.Arithmetic;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Views;

namespace TileProof.Kernels.Bodies;

/// <summary>float32 to int8: one work item per element (operator contract, section 4a).</summary>
public static class QuantizeKernel
{
    /// <summary>The reciprocal of the scale in single precision; the largest single where it would be infinite.</summary>
    public static float InverseScale(float scale)
    {
        float inverse = 1.0f / scale;
        return float.IsPositiveInfinity(inverse) ? float.MaxValue : inverse;
    }

    /// <summary>Multiplies by the reciprocal scale and adds the zero point with one rounding, clamps, and rounds ties to even.</summary>
    /// <param name="index">The element.</param>
    /// <param name="input">The reals.</param>
    /// <param name="parameters">The scale is the reciprocal of the output scale.</param>
    public static sbyte Compute<TFloat>(int index, TFloat input, RescalingParameters parameters)
        where TFloat : struct, IReadOnlyView<float> =>
        FloatArithmetic.ToInt8(FloatArithmetic.FusedMultiplyAdd(input[index], parameters.Scale, parameters.OutputZeroPoint));
}
