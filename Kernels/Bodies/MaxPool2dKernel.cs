using TileProof.Kernels.Views;
using TileProof.Operators;

namespace TileProof.Kernels.Bodies;

/// <summary>Maximum over windows: one work item per output element (operator contract, section 2a).</summary>
public static class MaxPool2dKernel
{
    /// <summary>Computes the output at <paramref name="index"/> of <c>[N, C, OH, OW]</c>.</summary>
    /// <remarks>
    /// The maximum starts at the smallest finite single, so negative infinity gives that. The hardware's choice for NaN and signed
    /// zeros is not published; here NaN never wins and +0 is above -0, so that the order of the window does not matter.
    /// </remarks>
    public static float Compute<TFloat>(int index, TFloat input, MaxPool2dShape shape)
        where TFloat : struct, IReadOnlyView<float>
    {
        int outX = index % shape.OutWidth;
        int outRow = index / shape.OutWidth;
        int outY = outRow % shape.OutHeight;
        int plane = outRow / shape.OutHeight;
        int firstY = (outY * shape.StrideHeight) - shape.PadTop;
        int firstX = (outX * shape.StrideWidth) - shape.PadLeft;
        int lastY = Math.Min(firstY + shape.KernelHeight, shape.InHeight);
        int lastX = Math.Min(firstX + shape.KernelWidth, shape.InWidth);
        float maximum = float.MinValue;
        for (int y = Math.Max(firstY, 0); y < lastY; y++)
        {
            int row = ((plane * shape.InHeight) + y) * shape.InWidth;
            for (int x = Math.Max(firstX, 0); x < lastX; x++)
            {
                float value = input[row + x];
                bool isPositiveZero = BitConverter.SingleToInt32Bits(value) == 0;
                maximum = value > maximum || (isPositiveZero && maximum == 0) ? value : maximum;
            }
        }

        return maximum;
    }

    /// <summary>The same of int8 levels.</summary>
    public static sbyte ComputeLevels<TInt8>(int index, TInt8 input, MaxPool2dShape shape)
        where TInt8 : struct, IReadOnlyView<sbyte>
    {
        int outX = index % shape.OutWidth;
        int outRow = index / shape.OutWidth;
        int outY = outRow % shape.OutHeight;
        int plane = outRow / shape.OutHeight;
        int firstY = (outY * shape.StrideHeight) - shape.PadTop;
        int firstX = (outX * shape.StrideWidth) - shape.PadLeft;
        int lastY = Math.Min(firstY + shape.KernelHeight, shape.InHeight);
        int lastX = Math.Min(firstX + shape.KernelWidth, shape.InWidth);
        sbyte maximum = sbyte.MinValue;
        for (int y = Math.Max(firstY, 0); y < lastY; y++)
        {
            int row = ((plane * shape.InHeight) + y) * shape.InWidth;
            for (int x = Math.Max(firstX, 0); x < lastX; x++)
            {
                sbyte value = input[row + x];
                maximum = value > maximum ? value : maximum;
            }
        }

        return maximum;
    }
}
