using TileProof.Operators;

namespace TileProof.HwModel.Timing;

/// <summary>The loop structures of the kernels that are of this project, counted as those of the library are; nothing measured stands behind them.</summary>
internal static class OwnKernelStructures
{
    /// <summary>Taps of a kernel row that one multiply instruction adds, and channels that one adds at a tap.</summary>
    private const int ProductsOfMultiply = 4;

    /// <summary>Two output rows of one channel. With stride 1 each row has an accumulator of its own; with stride 2 the rows lie in the halves of one, behind the shuffles that separate even and odd columns.</summary>
    public static KernelStructure OfDepthwise(Conv2dShape shape, int vectorBytes)
    {
        bool isDense = shape.StrideWidth == 1;
        int accumulators = isDense ? 2 : 1;
        int inputRows = shape.StrideHeight + shape.KernelHeight;
        int multiplies = shape.KernelHeight * DivideRoundUp(shape.KernelWidth, ProductsOfMultiply);
        return new KernelStructure(
            ConvolutionVariant.Depthwise,
            StepColumns: isDense ? vectorBytes - (shape.KernelWidth - 1) : (vectorBytes / 2) - (shape.KernelWidth / 2),
            StepRows: 2,
            GroupChannels: 1,
            InnerChannels: 1,
            MultiplySlots: accumulators * multiplies,
            VectorLoads: (2 * inputRows) + 1,
            Gathers: 0,
            Shuffles: isDense ? 0 : shape.KernelHeight,
            Accumulators: accumulators);
    }

    /// <summary>One output row of four channels, tap by tap: a multiply instruction adds a tap of four input channels.</summary>
    public static KernelStructure OfWindow(Conv2dShape shape, int vectorBytes)
    {
        int taps = shape.KernelHeight * shape.KernelWidth;
        int groupChannels = Math.Min(4, shape.GroupOutChannels);
        int innerChannels = Math.Min(ProductsOfMultiply, shape.GroupInChannels);
        int coefficientLoads = groupChannels * DivideRoundUp(taps * innerChannels, vectorBytes);
        return new KernelStructure(
            ConvolutionVariant.Window,
            StepColumns: vectorBytes / shape.StrideWidth,
            StepRows: 1,
            GroupChannels: groupChannels,
            InnerChannels: innerChannels,
            MultiplySlots: taps * groupChannels,
            VectorLoads: (2 * taps * innerChannels) + coefficientLoads,
            Gathers: 0,
            Shuffles: shape.StrideWidth == 1 ? 0 : taps * innerChannels,
            Accumulators: groupChannels);
    }

    private static int DivideRoundUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
