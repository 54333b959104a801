using TileProof.Kernels.Arithmetic;
using TileProof.Kernels.Constants;
using TileProof.Kernels.Views;
using TileProof.Operators;

namespace TileProof.Kernels.Bodies;

/// <summary>Mean over the elements of windows in the image: one work item per output element.</summary>
public static class AveragePool2dKernel
{
    /// <summary>Computes the output at <paramref name="index"/> of <c>[N, C, OH, OW]</c>.</summary>
    /// <remarks>The factor of a window is a quotient in double precision, which every device rounds right, rounded to single.</remarks>
    /// <param name="index">The output.</param>
    /// <param name="input">Levels <c>[N, C, H, W]</c>.</param>
    /// <param name="shape">The geometry.</param>
    /// <param name="parameters">The scalars.</param>
    public static sbyte Compute<TInt8>(int index, TInt8 input, MaxPool2dShape shape, AveragePoolParameters parameters)
        where TInt8 : struct, IReadOnlyView<sbyte>
    {
        int outRow = index / shape.OutWidth;
        int top = ((outRow % shape.OutHeight) * shape.StrideHeight) - shape.PadTop;
        int left = ((index % shape.OutWidth) * shape.StrideWidth) - shape.PadLeft;
        int firstRow = outRow / shape.OutHeight * shape.InHeight;
        int sum = 0;
        int count = 0;
        for (int y = Math.Max(top, 0); y < top + shape.KernelHeight && y < shape.InHeight; y++)
        {
            for (int x = Math.Max(left, 0); x < left + shape.KernelWidth && x < shape.InWidth; x++)
            {
                sum += input[((firstRow + y) * shape.InWidth) + x] - parameters.ZeroPoint;
                count++;
            }
        }

        float factor = (float)((double)parameters.Scale / ((double)parameters.OutputScale * count));
        return FloatArithmetic.ToInt8(FloatArithmetic.RoundToNearestEven(FloatArithmetic.Multiply(sum, factor)) + parameters.OutputZeroPoint);
    }
}
