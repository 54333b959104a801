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
        var window = new ImageWindow(index, shape);
        float maximum = float.MinValue;
        for (int y = window.FirstY; y < window.EndY; y++)
        {
            for (int x = window.FirstX; x < window.EndX; x++)
            {
                float value = input[window.ElementAt(y, x)];
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
        var window = new ImageWindow(index, shape);
        sbyte maximum = sbyte.MinValue;
        for (int y = window.FirstY; y < window.EndY; y++)
        {
            for (int x = window.FirstX; x < window.EndX; x++)
            {
                sbyte value = input[window.ElementAt(y, x)];
                maximum = value > maximum ? value : maximum;
            }
        }

        return maximum;
    }

    /// <summary>The part of the window of an output element that lies in the image.</summary>
    private readonly struct ImageWindow
    {
        public readonly int FirstY;
        public readonly int EndY;
        public readonly int FirstX;
        public readonly int EndX;
        private readonly int firstRow;
        private readonly int inWidth;

        public ImageWindow(int index, MaxPool2dShape shape)
        {
            int outRow = index / shape.OutWidth;
            int firstY = ((outRow % shape.OutHeight) * shape.StrideHeight) - shape.PadTop;
            int firstX = ((index % shape.OutWidth) * shape.StrideWidth) - shape.PadLeft;
            FirstY = Math.Max(firstY, 0);
            FirstX = Math.Max(firstX, 0);
            EndY = Math.Min(firstY + shape.KernelHeight, shape.InHeight);
            EndX = Math.Min(firstX + shape.KernelWidth, shape.InWidth);
            firstRow = outRow / shape.OutHeight * shape.InHeight;
            inWidth = shape.InWidth;
        }

        public int ElementAt(int y, int x) => ((firstRow + y) * inWidth) + x;
    }
}
