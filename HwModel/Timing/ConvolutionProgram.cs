using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Timing;

/// <summary>The events of a convolution call, without computing anything: what the executors do, for prediction.</summary>
/// <remarks>Operator contract, sections 1b.1, 1b.4 and 1b.8.</remarks>
public static class ConvolutionProgram
{
    private const int StoreChannel = 0;
    private const int LoadChannel = 1;

    /// <summary>Plays a call onto a timeline.</summary>
    /// <param name="plan">Tiles, or the cache path.</param>
    /// <param name="costs">Cycles of the parts.</param>
    /// <param name="timeline">Receives the events.</param>
    /// <param name="imageCount">Images of the batch; the driver's part runs once.</param>
    /// <param name="loadsOutputScales">Whether every output channel has a scale of its own, which is loaded.</param>
    public static void Play(Conv2dTilePlan plan, ConvolutionCosts costs, EventTimeline timeline, int imageCount = 1, bool loadsOutputScales = false)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(costs);
        ArgumentNullException.ThrowIfNull(timeline);
        Conv2dShape shape = plan.Shape;
        timeline.Compute(CycleCategory.Control, costs.CallCycles, "call");
        timeline.Compute(CycleCategory.Prologue, costs.PrologueCycles(shape), "prologue");
        long inputBytes = (long)shape.InChannels * shape.InHeight * shape.InWidth;
        long outputBytes = (long)shape.OutChannels * shape.OutHeight * shape.OutWidth;
        Maintain(sizeof(int) * (long)shape.OutChannels, "write back");
        Maintain(imageCount * inputBytes, "write back");
        Maintain(shape.WeightCount, "write back");
        if (loadsOutputScales)
        {
            Maintain(ScaleBytes(shape), "write back");
        }

        // A free program is one of the corrected ones.
        if (costs.Assumptions.InvalidatesOutputFirst || plan.Schedule is not null)
        {
            Maintain(imageCount * outputBytes, "invalidate");
        }

        for (int image = 0; image < imageCount; image++)
        {
            if (plan is { Schedule: not null, Mode: ExecutionMode.Dma })
            {
                FreeConvolutionProgram.Play(plan, costs, timeline, loadsOutputScales);
            }
            else if (plan.Mode == ExecutionMode.Dma)
            {
                PlayTiles(plan, costs, timeline, loadsOutputScales);
            }
            else
            {
                PlayCachePath(plan, costs, timeline);
            }
        }

        Maintain(imageCount * outputBytes, "invalidate");

        void Maintain(long bytes, string name) => timeline.Compute(CycleCategory.CacheMaintenance, costs.CacheMaintenanceCycles(bytes), name);
    }

    /// <summary>The kernel call of a tile; in cache mode the only tile is the whole layer at the pitch of the scratch buffer.</summary>
    internal static ConvolutionWork WorkOfTile(Conv2dTilePlan plan, int channelTile, int rowTile, int vectorBytes)
    {
        // The published 7x7 kernel computes a full tile even at the end.
        int rows = plan.Shape.KernelHeight == 7 && ConvolutionKernel.IsPublished(plan.Shape) ? plan.RowsPerTile : plan.RowsInTile(rowTile);
        int pitchBytes = plan.Mode == ExecutionMode.Cache ? plan.ScratchRowPitchBytes : plan.InputRowPitchBytes;
        return ConvolutionWork.OfKernelCall(plan.Shape, pitchBytes, rows, plan.ChannelsInTile(channelTile), vectorBytes);
    }

    private static long ScaleBytes(Conv2dShape shape) => (long)shape.OutChannels * sizeof(ushort);

    private static void PlayTiles(Conv2dTilePlan plan, ConvolutionCosts costs, EventTimeline timeline, bool loadsOutputScales)
    {
        Conv2dShape shape = plan.Shape;
        WaitPolicy waits = costs.Assumptions.Waits;
        bool everyWait = waits == WaitPolicy.EveryTransfer;
        LoadCoefficients(0);
        timeline.Issue(StoreChannel, TransferPurpose.Coefficients, costs.TransferTime(plan.BiasBufferBytes), plan.BiasBufferBytes, "biases");
        LoadInput(0);
        timeline.Wait(StoreChannel);
        if (loadsOutputScales)
        {
            timeline.Issue(StoreChannel, TransferPurpose.Coefficients, costs.TransferTime(ScaleBytes(shape)), ScaleBytes(shape), "output scales");
        }

        int lastTile = (plan.ChannelTileCount * plan.RowTileCount) - 1;
        for (int tile = 0; tile <= lastTile; tile++)
        {
            int channelTile = tile / plan.RowTileCount;
            int rowTile = tile % plan.RowTileCount;
            int channels = plan.ChannelsInTile(channelTile);
            if (everyWait || tile == 0)
            {
                timeline.Wait(LoadChannel);
            }

            timeline.Compute(CycleCategory.Control, costs.TileCycles, "tile");
            if (tile < lastTile)
            {
                LoadInput((tile + 1) % plan.RowTileCount);
            }

            if (shape.IsPadded)
            {
                InputWindow window = InputWindow.Of(plan, rowTile);
                timeline.Compute(
                    CycleCategory.EdgeExtension,
                    costs.EdgeExtensionCycles(shape.InChannels, window.RowCount, window.RowCount < plan.InputRowsPerTile),
                    "edges");
            }

            if (everyWait)
            {
                timeline.Wait(StoreChannel, tile == 0 ? 0 : 1);
            }
            else if (waits == WaitPolicy.BothChannelsBeforeKernel)
            {
                timeline.Wait(StoreChannel);
                timeline.Wait(LoadChannel);
            }

            if (costs.Assumptions.CoefficientsDoubleBuffered && rowTile == 0 && channelTile + 1 < plan.ChannelTileCount)
            {
                LoadCoefficients(channelTile + 1);
            }

            Compute(WorkOfTile(plan, channelTile, rowTile, costs.VectorBytes), costs, timeline);
            if (everyWait)
            {
                timeline.Wait(StoreChannel);
            }

            if (!costs.Assumptions.CoefficientsDoubleBuffered && rowTile == plan.RowTileCount - 1 && tile < lastTile)
            {
                LoadCoefficients(channelTile + 1);
            }

            long storedBytes = (long)shape.OutWidth * plan.RowsInTile(rowTile) * channels;
            timeline.Issue(StoreChannel, TransferPurpose.Output, costs.TransferTime(storedBytes), storedBytes, "output", channels);
        }

        timeline.Wait(StoreChannel);

        void LoadCoefficients(int channelTile)
        {
            long bytes = (long)shape.WeightsPerOutChannel * plan.ChannelsInTile(channelTile);
            timeline.Issue(StoreChannel, TransferPurpose.Coefficients, costs.TransferTime(bytes), bytes, "coefficients");
        }

        void LoadInput(int rowTile)
        {
            long rows = (long)InputWindow.Of(plan, rowTile).RowCount * shape.InChannels;
            long bytes = rows * shape.InWidth;
            long filledBytes = costs.Assumptions.FillsHaloOnly ? plan.InputBufferBytes - bytes : plan.InputBufferBytes;
            timeline.Compute(CycleCategory.Fill, costs.FillCycles(filledBytes), "fill");
            if (bytes > 0)
            {
                timeline.Issue(LoadChannel, TransferPurpose.Input, costs.TransferTime(bytes), bytes, "input", rows);
            }
        }
    }

    /// <summary>A padded copy of the image, then one kernel call over the whole layer.</summary>
    private static void PlayCachePath(Conv2dTilePlan plan, ConvolutionCosts costs, EventTimeline timeline)
    {
        Conv2dShape shape = plan.Shape;
        int pitchBytes = plan.ScratchRowPitchBytes;
        long paddedBytes = (long)pitchBytes * (shape.InHeight + shape.PadTop + shape.PadBottom) * shape.InChannels;
        timeline.Compute(CycleCategory.Fill, costs.FillCycles(paddedBytes) + costs.MissCycles(costs.CacheLinesOf(paddedBytes)), "fill");
        long imageRows = (long)shape.InChannels * shape.InHeight;
        timeline.Compute(CycleCategory.Fill, costs.CopyCycles(imageRows) + costs.MissCycles(costs.CacheLinesOf(imageRows * shape.InWidth)), "copy");
        if (shape.IsPadded)
        {
            timeline.Compute(CycleCategory.EdgeExtension, costs.EdgeExtensionCycles(shape.InChannels, shape.InHeight, touchesBorder: true), "edges");
        }

        Compute(WorkOfTile(plan, channelTile: 0, rowTile: 0, costs.VectorBytes), costs, timeline);
        timeline.Compute(CycleCategory.Kernel, costs.MissCycles(KernelMissLines(shape, pitchBytes, costs)), "cache misses");
        timeline.Compute(
            CycleCategory.CacheMaintenance, costs.CacheMaintenanceCycles((long)shape.OutChannels * shape.OutHeight * shape.OutWidth), "write back");
    }

    /// <summary>
    /// Lines that the kernel misses: the rows of a spatial step stay in the cache from one channel group to the next when they fit,
    /// and are read again for every group when they do not; all weights stream by in every spatial step.
    /// </summary>
    private static long KernelMissLines(Conv2dShape shape, int pitchBytes, ConvolutionCosts costs)
    {
        KernelStructure kernel = KernelStructure.Of(shape, pitchBytes, costs.VectorBytes);
        int stepRows = kernel.IsFlattened ? 1 : kernel.StepRows;
        long stepBytes = (((stepRows - 1L) * shape.StrideHeight) + shape.WindowHeight) * pitchBytes * shape.InChannels;
        long verticalSteps = ConvolutionWork.DivideRoundUp(shape.OutHeight, stepRows);
        long horizontalSteps = ConvolutionWork.DivideRoundUp(shape.OutWidth, kernel.StepColumns);
        long groups = ConvolutionWork.DivideRoundUp(shape.GroupOutChannels, kernel.GroupChannels);
        long stepLines = costs.CacheLinesOf(stepBytes);
        bool fits = costs.FitsCache(stepBytes);
        long inputLines = verticalSteps * horizontalSteps * (fits ? stepLines : stepLines * groups);
        long weightLines = costs.CacheLinesOf(shape.WeightCount) * verticalSteps * horizontalSteps;
        return inputLines + weightLines;
    }

    private static void Compute(in ConvolutionWork work, ConvolutionCosts costs, EventTimeline timeline)
    {
        timeline.Compute(CycleCategory.Kernel, costs.KernelCycles(work), "kernel");
        timeline.Compute(CycleCategory.Epilogue, costs.EpilogueCycles(work), "epilogue");
    }
}
