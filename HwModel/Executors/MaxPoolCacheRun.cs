using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>Max pooling through the cache: padded copies of planes in the static scratch buffer.</summary>
/// <remarks>
/// Operator contract, section 2b step 5. The published code gives up when the padded tensor exceeds the scratch buffer; here it is
/// cut into bands: as many channels as fit, or rows of one channel where not even one plane fits.
/// </remarks>
internal static class MaxPoolCacheRun
{
    private const string CopyKernel = "padded copy";

    /// <summary>Runs one image of a batch.</summary>
    /// <exception cref="HardwareFaultException">Not even one output row of one channel fits the scratch buffer.</exception>
    public static void Run(MaxPoolOperands operands, OperatorPath path, int image)
    {
        DspMachine machine = operands.Machine;
        MaxPool2dShape shape = operands.Shape;
        MemoryBuffer scratch = machine.System.Allocate("cache-mode scratch", machine.Configuration.CacheScratchBytes);
        int rowPitchElements = shape.InWidth + (2 * shape.Padding);
        int bandRows = RowsPerBand(shape, rowPitchElements, scratch.LengthBytes);
        int planeElements = rowPitchElements * InputRows(shape, bandRows);
        int bandChannels = bandRows == shape.OutHeight ? Math.Min(scratch.LengthBytes / sizeof(float) / planeElements, shape.Channels) : 1;
        for (int channel = 0, channelTile = 0; channel < shape.Channels; channel += bandChannels, channelTile++)
        {
            for (int row = 0, rowTile = 0; row < shape.OutHeight; row += bandRows, rowTile++)
            {
                int channels = Math.Min(bandChannels, shape.Channels - channel);
                int rows = Math.Min(bandRows, shape.OutHeight - row);
                var tile = new TileCoordinates(image, channelTile, rowTile);
                operands.FillWithLowest(scratch, channels * planeElements, path, tile);
                CopyPadded(operands, path, tile, scratch, channel, channels, row, rows, rowPitchElements, planeElements);
                int rowPitchBytes = rowPitchElements * sizeof(float);
                var source = new StridedRegion(
                    scratch, 0, rowPitchBytes, InputRows(shape, rows), rowPitchBytes, channels, planeElements * sizeof(float));
                StridedRegion destination = operands.OutputRegion(image, channel, channels, row, rows);
                operands.Compute(path, tile, source, rowPitchElements, destination);
                machine.WriteBackCache(destination);
            }
        }

        machine.System.ReleaseTo(scratch.OffsetBytes);
    }

    private static int InputRows(MaxPool2dShape shape, int outRows) => ((outRows - 1) * shape.Stride) + shape.KernelHeight;

    private static int RowsPerBand(MaxPool2dShape shape, int rowPitchElements, int scratchBytes)
    {
        int inputRows = scratchBytes / sizeof(float) / rowPitchElements;
        if (inputRows < shape.KernelHeight)
        {
            throw new HardwareFaultException(
                $"{shape.ConfigKey}: one output row takes {(long)rowPitchElements * shape.KernelHeight * sizeof(float)} bytes of the cache-mode scratch buffer, which has {scratchBytes}.");
        }

        return Math.Min(((inputRows - shape.KernelHeight) / shape.Stride) + 1, shape.OutHeight);
    }

    private static void CopyPadded(
        MaxPoolOperands operands,
        OperatorPath path,
        TileCoordinates tile,
        MemoryBuffer scratch,
        int firstChannel,
        int channels,
        int firstOutRow,
        int outRows,
        int rowPitchElements,
        int planeElements)
    {
        (int firstRow, int topPadding, int rows) = operands.InputRows(firstOutRow, outRows);
        if (rows == 0)
        {
            return;
        }

        StridedRegion source = operands.InputRegion(tile.Image, firstChannel, channels, firstRow, rows);
        var destination = new StridedRegion(
            scratch,
            ((topPadding * rowPitchElements) + operands.Shape.Padding) * sizeof(float),
            source.RowBytes,
            rows,
            rowPitchElements * sizeof(float),
            channels,
            planeElements * sizeof(float));
        int elementCount = channels * rows * operands.Shape.InWidth;
        operands.Machine.BeginCompute(new OperatorStep(operands.Call, path, CopyKernel, tile, elementCount, [source], [destination]));
        Span<byte> memory = operands.Machine.System.Bytes;
        for (int row = 0; row < rows * channels; row++)
        {
            memory.Slice(source.RowStartInSpace(row), source.RowBytes).CopyTo(memory[destination.RowStartInSpace(row)..]);
        }
    }
}
