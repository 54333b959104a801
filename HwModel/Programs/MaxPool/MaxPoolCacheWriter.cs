using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Programs.MaxPool;

/// <summary>Max pooling through the cache: padded copies of planes in the static scratch buffer.</summary>
/// <remarks>
/// Operator contract, section 2b step 5. The published code gives up when the padded tensor exceeds the scratch buffer; here it is
/// cut into bands: as many channels as fit, or rows of one channel where not even one plane fits.
/// </remarks>
internal sealed class MaxPoolCacheWriter
{
    private const string CopyKernel = "padded copy";

    private readonly TileProgramBuilder builder;
    private readonly MaxPoolSteps steps;
    private readonly MaxPool2dShape shape;
    private readonly int scratch;
    private readonly int rowPitchElements;
    private readonly int bandRows;
    private readonly int planeElements;
    private readonly int bandChannels;

    /// <summary>Makes a writer.</summary>
    /// <exception cref="HardwareFaultException">Not even one output row of one channel fits the scratch buffer.</exception>
    public MaxPoolCacheWriter(TileProgramBuilder builder, MaxPoolSteps steps, int scratchBytes)
    {
        this.builder = builder;
        this.steps = steps;
        shape = steps.Shape;
        scratch = builder.Buffer("cache-mode scratch", BufferRole.Scratch, ProgramBuffer.SystemMemory, scratchBytes);
        rowPitchElements = shape.PaddedWidth;
        bandRows = RowsPerBand(scratchBytes);
        planeElements = rowPitchElements * InputRows(bandRows);
        bandChannels = bandRows == shape.OutHeight ? Math.Min(scratchBytes / steps.ElementBytes / planeElements, shape.Channels) : 1;
    }

    /// <summary>Writes one image of a batch.</summary>
    public void Write(int image)
    {
        for (int channel = 0, channelTile = 0; channel < shape.Channels; channel += bandChannels, channelTile++)
        {
            for (int row = 0, rowTile = 0; row < shape.OutHeight; row += bandRows, rowTile++)
            {
                int channels = Math.Min(bandChannels, shape.Channels - channel);
                int rows = Math.Min(bandRows, shape.OutHeight - row);
                var tile = new TileCoordinates(image, channelTile, rowTile);
                steps.FillWithPadding(scratch, channels * planeElements, tile);
                CopyPadded(tile, channel, channels, row, rows);
                int rowPitchBytes = rowPitchElements * steps.ElementBytes;
                var source = new ProgramRegion(
                    scratch, 0, rowPitchBytes, InputRows(rows), rowPitchBytes, channels, planeElements * steps.ElementBytes);
                ProgramRegion destination = steps.OutputRegion(image, channel, channels, row, rows);
                steps.Compute(tile, source, destination, row);
                builder.WriteBack(destination);
            }
        }
    }

    private int InputRows(int outRows) => ((outRows - 1) * shape.StrideHeight) + shape.KernelHeight;

    private int RowsPerBand(int scratchBytes)
    {
        int inputRows = scratchBytes / steps.ElementBytes / rowPitchElements;
        if (inputRows < shape.KernelHeight)
        {
            throw new HardwareFaultException(
                $"{shape.ConfigKey}: one output row takes {(long)rowPitchElements * shape.KernelHeight * steps.ElementBytes} bytes of the cache-mode scratch buffer, which has {scratchBytes}.");
        }

        return Math.Min(((inputRows - shape.KernelHeight) / shape.StrideHeight) + 1, shape.OutHeight);
    }

    private void CopyPadded(TileCoordinates tile, int firstChannel, int channels, int firstOutRow, int outRows)
    {
        (int firstRow, int topPadding, int rows) = steps.InputRows(firstOutRow, outRows);
        if (rows == 0)
        {
            return;
        }

        ProgramRegion source = steps.InputRegion(tile.Image, firstChannel, channels, firstRow, rows);
        var destination = new ProgramRegion(
            scratch,
            ((topPadding * rowPitchElements) + shape.PadLeft) * steps.ElementBytes,
            source.RowBytes,
            rows,
            rowPitchElements * steps.ElementBytes,
            channels,
            planeElements * steps.ElementBytes);
        builder.Compute(CopyKernel, new KernelParameters(ProgramKernel.PaddedCopy, Elements: channels * rows * shape.InWidth), tile, [source], [destination]);
    }
}
