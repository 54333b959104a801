using System.Buffers.Binary;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>The cache path: a padded copy of the image in a static scratch buffer, and kernels that work on system memory.</summary>
/// <remarks>
/// Operator contract, section 1b.8. The published code gives up when the padded image exceeds the scratch buffer; the corrected
/// policy then cuts it into bands of output rows.
/// </remarks>
internal static class Conv2dCacheExecutor
{
    /// <summary>Runs one image of a batch; returns what the kernel refused, or null.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="plan">A plan in cache mode.</param>
    /// <param name="operands">The tensors.</param>
    /// <param name="policy">What the variant does when the image is too large.</param>
    /// <param name="scratch">The static buffer.</param>
    /// <param name="image">Index in the batch.</param>
    /// <exception cref="HardwareFaultException">Not even one output row fits the scratch buffer.</exception>
    public static string? Run(
        DspMachine machine, Conv2dTilePlan plan, Conv2dOperands operands, ConvolutionPolicy policy, MemoryBuffer scratch, int image)
    {
        Conv2dShape shape = plan.Shape;
        int rowPitchBytes = plan.ScratchRowPitchBytes;
        if (!policy.CutsCacheModeIntoBands && PublishedRefusal(plan, operands.Requantization, scratch.LengthBytes) is { } refusal)
        {
            return refusal;
        }

        RequantizationStage requantization = RequantizationStage.Of(operands.Requantization, machine.PackBehavior());
        int bandRows = RowsPerBand(shape, rowPitchBytes, scratch.LengthBytes);
        for (int firstRow = 0, band = 0; firstRow < shape.OutHeight; firstRow += bandRows, band++)
        {
            int rows = Math.Min(bandRows, shape.OutHeight - firstRow);
            var tile = new TileCoordinates(image, 0, band);
            int planePitchBytes = rowPitchBytes * (((rows - 1) * shape.Stride) + shape.KernelHeight);
            CopyPadded(machine, shape, operands, scratch, tile, firstRow, rowPitchBytes, planePitchBytes);
            Compute(machine, plan, operands, scratch, requantization, tile, firstRow, rows, rowPitchBytes, planePitchBytes);
        }

        return null;
    }

    private static string? PublishedRefusal(Conv2dTilePlan plan, Requantization requantization, int scratchBytes) => plan.ScratchBytes > scratchBytes
        ? $"the padded image takes {plan.ScratchBytes} bytes of the scratch buffer, which has {scratchBytes}"
        : RequantizationStage.Refusal(requantization);

    private static int RowsPerBand(Conv2dShape shape, int rowPitchBytes, int scratchBytes)
    {
        long inputRows = scratchBytes / ((long)rowPitchBytes * shape.InChannels);
        long rows = inputRows < shape.KernelHeight ? 0 : ((inputRows - shape.KernelHeight) / shape.Stride) + 1;
        if (rows == 0)
        {
            throw new HardwareFaultException(
                $"{shape.ConfigKey}: one output row takes {(long)rowPitchBytes * shape.InChannels * shape.KernelHeight} bytes of the cache-mode scratch buffer, which has {scratchBytes}.");
        }

        return (int)Math.Min(rows, shape.OutHeight);
    }

    /// <summary>The core fills the scratch buffer with the zero point and copies the image rows of a band into it.</summary>
    private static void CopyPadded(
        DspMachine machine, Conv2dShape shape, Conv2dOperands operands, MemoryBuffer scratch, TileCoordinates tile, int firstRow, int rowPitchBytes, int planePitchBytes)
    {
        int totalBytes = planePitchBytes * shape.InChannels;
        machine.Fill(
            StridedRegion.Linear(scratch, 0, totalBytes), unchecked((byte)operands.Requantization.InputZeroPoint), FillPurpose.WholeBuffer);
        int firstImageRow = (firstRow * shape.Stride) - shape.Padding;
        int begin = Math.Max(firstImageRow, 0);
        int end = Math.Min(firstImageRow + (planePitchBytes / rowPitchBytes), shape.InHeight);
        if (end <= begin)
        {
            return;
        }

        int imagePlane = shape.InWidth * shape.InHeight;
        var source = new StridedRegion(
            operands.Input, (tile.Image * shape.InChannels * imagePlane) + (begin * shape.InWidth), shape.InWidth, end - begin, shape.InWidth, shape.InChannels, imagePlane);
        var destination = new StridedRegion(
            scratch, ((begin - firstImageRow) * rowPitchBytes) + shape.Padding, shape.InWidth, end - begin, rowPitchBytes, shape.InChannels, planePitchBytes);
        machine.BeginCompute(new ComputeStep("padded copy", tile, [source], [destination]));
        StridedBytes.Copy(source, destination, 0, source.RowCount * source.PlaneCount);
    }

    private static void Compute(
        DspMachine machine,
        Conv2dTilePlan plan,
        Conv2dOperands operands,
        MemoryBuffer scratch,
        RequantizationStage requantization,
        TileCoordinates tile,
        int firstRow,
        int rows,
        int rowPitchBytes,
        int planePitchBytes)
    {
        Conv2dShape shape = plan.Shape;
        int outputPlane = shape.OutWidth * shape.OutHeight;
        var output = new StridedRegion(
            operands.Output,
            (tile.Image * shape.OutChannels * outputPlane) + (firstRow * shape.OutWidth),
            shape.OutWidth * rows,
            1,
            outputPlane,
            shape.OutChannels,
            outputPlane);
        List<StridedRegion> reads =
        [
            StridedRegion.Linear(scratch, 0, planePitchBytes * shape.InChannels), operands.Weights.Whole(), operands.Biases.Whole(),
        ];
        if (operands.OutputScales is not null)
        {
            reads.Add(operands.OutputScales.Whole());
        }

        var step = new ConvolutionStep(plan, tile, rows, shape.OutChannels, [.. reads], [output]);
        machine.BeginCompute(step);
        Span<byte> tensorScale = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(tensorScale, operands.Requantization.OutputScales[0]);
        ArithmeticEvents events = VectorConvolution.Compute(new ConvolutionTile
        {
            Input = scratch.Bytes,
            InputRowPitchBytes = rowPitchBytes,
            InputPlanePitchBytes = planePitchBytes,
            Coefficients = operands.Weights.Bytes,
            Biases = operands.Biases.Bytes,
            OutputScales = operands.OutputScales is null ? tensorScale : operands.OutputScales.Bytes,
            Output = operands.Output.Bytes[output.OffsetBytes..],
            OutputPlanePitchBytes = outputPlane,
            InChannels = shape.InChannels,
            KernelHeight = shape.KernelHeight,
            KernelWidth = shape.KernelWidth,
            Stride = shape.Stride,
            OutChannels = shape.OutChannels,
            OutRows = rows,
            OutWidth = shape.OutWidth,
            Requantization = requantization,
        });
        machine.EndCompute(step, events);
        machine.WriteBackCache(output);
    }
}
