using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>The cache path: a padded copy of the image in a static scratch buffer, and kernels that work on system memory.</summary>
/// <remarks>
/// Operator contract, section 1b.8. The published code gives up when the padded image exceeds the scratch buffer; the corrected
/// policy then cuts it into bands of output rows.
/// </remarks>
internal sealed class CacheConvolutionWriter(
    TileProgramBuilder builder, ConvolutionRequest request, CachePlan plan, ConvolutionTensors tensors, ConvolutionPolicy policy) : IConvolutionImageWriter
{
    private readonly Conv2dShape shape = plan.Shape;
    private readonly Requantization requantization = request.Requantization;
    private readonly int scratchBytes = policy.ScratchBytesOf(request.Machine);
    private readonly int scratch = builder.Buffer("cache-mode scratch", BufferRole.Scratch, ProgramBuffer.SystemMemory, policy.ScratchBytesOf(request.Machine));

    /// <inheritdoc/>
    /// <exception cref="HardwareFaultException">Not even one output row fits the scratch buffer.</exception>
    public string? Write(int image)
    {
        if (!policy.CutsCacheModeIntoBands && PublishedRefusal() is { } refusal)
        {
            return refusal;
        }

        // The whole image has rows below the last window where the stride leaves them over; a band has none.
        bool holdsImage = plan.PaddedBytes <= scratchBytes;
        int bandRows = RowsPerBand();
        for (int firstRow = 0, band = 0; firstRow < shape.OutHeight; firstRow += bandRows, band++)
        {
            int rows = Math.Min(bandRows, shape.OutHeight - firstRow);
            var tile = new TileCoordinates(image, 0, band);
            int readRows = ((rows - 1) * shape.StrideHeight) + shape.WindowHeight;
            int planeRows = holdsImage ? plan.PaddedRows : readRows;
            CopyPadded(tile, firstRow, planeRows);
            Compute(tile, firstRow, rows, readRows, planeRows);
        }

        return null;
    }

    private string? PublishedRefusal() => plan.ScratchBytes > scratchBytes
        ? $"the padded image takes {plan.ScratchBytes} bytes of the scratch buffer, which has {scratchBytes}"
        : PackShifts.Refusal(requantization);

    private int RowsPerBand()
    {
        int rowPitchBytes = plan.ScratchRowPitchBytes;
        long inputRows = scratchBytes / ((long)rowPitchBytes * shape.InChannels);
        long rows = inputRows < shape.WindowHeight ? 0 : ((inputRows - shape.WindowHeight) / shape.StrideHeight) + 1;
        if (rows == 0)
        {
            throw new HardwareFaultException(
                $"{shape.ConfigKey}: one output row takes {(long)rowPitchBytes * shape.InChannels * shape.WindowHeight} bytes of the cache-mode scratch buffer, which has {scratchBytes}.");
        }

        return (int)Math.Min(rows, shape.OutHeight);
    }

    /// <summary>The core fills the scratch buffer with the zero point and copies the image rows of a band into it.</summary>
    private void CopyPadded(TileCoordinates tile, int firstRow, int planeRows)
    {
        int rowPitchBytes = plan.ScratchRowPitchBytes;
        int planePitchBytes = rowPitchBytes * planeRows;
        builder.Fill(
            ProgramRegion.Linear(scratch, 0, planePitchBytes * shape.InChannels), unchecked((byte)requantization.InputZeroPoint), InstructionPurpose.WholeBuffer);
        var window = InputWindow.Clip((firstRow * shape.StrideHeight) - shape.PadTop, planeRows, shape.InHeight);
        if (window.RowCount == 0)
        {
            return;
        }

        var destination = new ProgramRegion(
            scratch, (window.FirstTileRow * rowPitchBytes) + shape.PadLeft, shape.InWidth, window.RowCount, rowPitchBytes, shape.InChannels, planePitchBytes);
        builder.Compute(
            "padded copy",
            new KernelParameters(ProgramKernel.PaddedCopy, InChannels: shape.InChannels),
            tile,
            [tensors.InputRows(shape, tile.Image * shape.InChannels, shape.InChannels, window)],
            [destination]);
    }

    private void Compute(TileCoordinates tile, int firstRow, int rows, int readRows, int planeRows)
    {
        int rowPitchBytes = plan.ScratchRowPitchBytes;
        int outputPlane = shape.OutWidth * shape.OutHeight;
        var output = new ProgramRegion(
            tensors.Output,
            (tile.Image * shape.OutChannels * outputPlane) + (firstRow * shape.OutWidth),
            shape.OutWidth * rows,
            1,
            outputPlane,
            shape.OutChannels,
            outputPlane);
        var input = new ProgramRegion(scratch, 0, rowPitchBytes, readRows, rowPitchBytes, shape.InChannels, rowPitchBytes * planeRows);
        ReadOnlySpan<ProgramRegion> reads = tensors.OutputScales is { } scales
            ? [input, builder.Whole(tensors.Weights), builder.Whole(tensors.Biases), builder.Whole(scales)]
            : [input, builder.Whole(tensors.Weights), builder.Whole(tensors.Biases)];
        builder.Compute(plan.Kernel, new KernelParameters(ProgramKernel.Convolution, rows, shape.OutChannels, shape.InChannels), tile, reads, [output]);
        builder.WriteBack(output);
    }
}
