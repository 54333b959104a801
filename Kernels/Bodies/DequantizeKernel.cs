using TileProof.Kernels.Constants;
using TileProof.Kernels.Views;

namespace TileProof.Kernels.Bodies;

/// <summary>int8 to float32: one work item per element (operator contract, section 5).</summary>
public static class DequantizeKernel
{
    /// <summary>Subtracts the zero point, exactly, and multiplies by the scale with one rounding.</summary>
    public static float Compute<TInt8>(int index, TInt8 input, RescalingParameters parameters)
        where TInt8 : struct, IReadOnlyView<sbyte> =>
        parameters.Scale * (input[index] - parameters.InputZeroPoint);
}
