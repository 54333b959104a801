using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.VectorCore;

/// <summary>Mean over windows of a padded plane of levels, whose padding is the level of 0 (<see cref="AveragePool2dCall"/>).</summary>
/// <remarks>The kernel sums whole windows and takes the level of 0 as often as the window has elements; which divisor a window has follows from its row and column.</remarks>
internal sealed class AveragePoolArithmetic
{
    private readonly MaxPool2dShape shape;
    private readonly int zeroPoint;
    private readonly float outputZeroPoint;
    private readonly int[] columnCounts;
    private readonly float[] factors;

    /// <summary>Prepares the arithmetic of a call: the factor of every number of elements.</summary>
    public AveragePoolArithmetic(AveragePool2dCall call)
    {
        shape = call.Shape;
        zeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        outputZeroPoint = call.Output.RequiredQuantization.ZeroPoint;
        columnCounts = new int[shape.OutWidth];
        for (int x = 0; x < columnCounts.Length; x++)
        {
            columnCounts[x] = CountInside((x * shape.StrideWidth) - shape.PadLeft, shape.KernelWidth, shape.InWidth);
        }

        (double from, double to) = (call.Input.RequiredQuantization.Scale, call.Output.RequiredQuantization.Scale);
        factors = new float[(shape.KernelHeight * shape.KernelWidth) + 1];
        for (int count = 1; count < factors.Length; count++)
        {
            factors[count] = (float)(from / (to * count));
        }
    }

    /// <summary>How many of consecutive positions lie in the image.</summary>
    public static int CountInside(int first, int length, int extent) => Math.Min(first + length, extent) - Math.Max(first, 0);

    /// <summary>One output row.</summary>
    /// <param name="window">The first row that the windows read, and all rows below it, at the pitch.</param>
    /// <param name="rowPitchElements">Elements from one row to the next.</param>
    /// <param name="row">Which output row of the image it is: that decides how many rows of its windows lie in the image.</param>
    /// <param name="output">One element per window.</param>
    public void Row(ReadOnlySpan<sbyte> window, int rowPitchElements, int row, Span<sbyte> output)
    {
        int rowCount = CountInside((row * shape.StrideHeight) - shape.PadTop, shape.KernelHeight, shape.InHeight);
        int zeros = zeroPoint * shape.KernelHeight * shape.KernelWidth;
        for (int x = 0; x < output.Length; x++)
        {
            int sum = -zeros;
            for (int ky = 0; ky < shape.KernelHeight; ky++)
            {
                foreach (sbyte level in window.Slice((ky * rowPitchElements) + (x * shape.StrideWidth), shape.KernelWidth))
                {
                    sum += level;
                }
            }

            output[x] = RoundToInt8.Scalar(MathF.Round(sum * factors[rowCount * columnCounts[x]], MidpointRounding.ToEven) + outputZeroPoint);
        }
    }
}
