using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>A max pooling call with its tensors in system memory, and the two steps that every variant of it takes.</summary>
internal sealed record MaxPoolOperands(DspMachine Machine, MaxPool2dCall Call, MemoryBuffer Input, MemoryBuffer Output)
{
    private const string FillKernel = "fill_float32";

    public const string Kernel = "maxpool";

    public MaxPool2dShape Shape => Call.Shape;

    /// <summary>The core writes the lowest number over the first elements of a buffer, one store each.</summary>
    public void FillWithLowest(MemoryBuffer buffer, int elementCount, OperatorPath path, TileCoordinates tile)
    {
        Machine.BeginCompute(new OperatorStep(
            Call, path, FillKernel, tile, elementCount, [], [StridedRegion.Linear(buffer, 0, elementCount * sizeof(float))]));
        buffer.As<float>()[..elementCount].Fill(MaxPoolArithmetic.Lowest);
    }

    /// <summary>Computes a tile of rows of some channels.</summary>
    /// <param name="path">The path that the call takes.</param>
    /// <param name="tile">Which tile.</param>
    /// <param name="source">Padded planes; element (0, 0) of the first is the first that output row 0 of the tile reads.</param>
    /// <param name="rowPitchElements">From one row of <paramref name="source"/> to the next.</param>
    /// <param name="destination">Where the output goes; its planes are at <c>destination.PlanePitchBytes</c>.</param>
    public void Compute(OperatorPath path, TileCoordinates tile, in StridedRegion source, int rowPitchElements, in StridedRegion destination)
    {
        int channels = destination.PlaneCount;
        int rows = destination.RowCount;
        Machine.BeginCompute(new OperatorStep(Call, path, Kernel, tile, channels * rows * Shape.OutWidth, [source], [destination]));
        Span<float> columnMaxima = new float[rowPitchElements];
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<float> plane = MemoryMarshal.Cast<byte, float>(
                source.Buffer.Bytes[(source.OffsetBytes + (channel * source.PlanePitchBytes))..]);
            for (int row = 0; row < rows; row++)
            {
                int offsetBytes = destination.OffsetBytes + (channel * destination.PlanePitchBytes) + (row * destination.RowPitchBytes);
                Span<float> output = MemoryMarshal.Cast<byte, float>(destination.Buffer.Bytes.Slice(offsetBytes, destination.RowBytes));
                MaxPoolArithmetic.Row(
                    plane[(row * Shape.Stride * rowPitchElements)..],
                    rowPitchElements,
                    Shape.KernelHeight,
                    Shape.KernelWidth,
                    Shape.Stride,
                    columnMaxima,
                    output);
            }
        }
    }

    /// <summary>The rows of the image that output rows need, after clipping, and how many rows of padding come before them.</summary>
    public (int FirstImageRow, int TopPadding, int RowCount) InputRows(int firstOutRow, int outRows)
    {
        int first = (firstOutRow * Shape.Stride) - Shape.Padding;
        int begin = Math.Max(first, 0);
        int end = Math.Min(first + ((outRows - 1) * Shape.Stride) + Shape.KernelHeight, Shape.InHeight);
        return (begin, begin - first, Math.Max(end - begin, 0));
    }

    /// <summary>Rows of consecutive channels of the input.</summary>
    public StridedRegion InputRegion(int image, int firstChannel, int channels, int firstRow, int rows)
    {
        int rowBytes = Shape.InWidth * sizeof(float);
        int planeBytes = rowBytes * Shape.InHeight;
        int offsetBytes = (((image * Shape.Channels) + firstChannel) * planeBytes) + (firstRow * rowBytes);
        return new StridedRegion(Input, offsetBytes, rowBytes, rows, rowBytes, channels, planeBytes);
    }

    /// <summary>Rows of consecutive channels of the output.</summary>
    public StridedRegion OutputRegion(int image, int firstChannel, int channels, int firstRow, int rows)
    {
        int rowBytes = Shape.OutWidth * sizeof(float);
        int planeBytes = rowBytes * Shape.OutHeight;
        int offsetBytes = (((image * Shape.Channels) + firstChannel) * planeBytes) + (firstRow * rowBytes);
        return new StridedRegion(Output, offsetBytes, rowBytes, rows, rowBytes, channels, planeBytes);
    }
}
