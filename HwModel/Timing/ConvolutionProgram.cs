using TileProof.HwModel.Executors;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Timing;

/// <summary>The events of a convolution call, without computing anything: what the executors do, for prediction.</summary>
/// <remarks>Operator contract, sections 1b.1, 1b.4 and 1b.8. One image.</remarks>
public static class ConvolutionProgram
{
    private const int StoreChannel = 0;
    private const int LoadChannel = 1;
    private const int CacheRowAlignmentBytes = 64;

    /// <summary>Plays a call onto a timeline.</summary>
    /// <param name="plan">Tiles, or the cache path.</param>
    /// <param name="costs">Cycles of the parts.</param>
    /// <param name="timeline">Receives the events.</param>
    /// <param name="waits">Which transfers are waited for.</param>
    public static void Play(Conv2dTilePlan plan, ConvolutionCosts costs, EventTimeline timeline, WaitPolicy waits = WaitPolicy.EveryTransfer)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(costs);
        ArgumentNullException.ThrowIfNull(timeline);
        Conv2dShape shape = plan.Shape;
        timeline.Compute(CycleCategory.Control, costs.CallCycles, "call");
        timeline.Compute(CycleCategory.Prologue, costs.PrologueCycles(shape), "prologue");
        long inputBytes = (long)shape.InChannels * shape.InHeight * shape.InWidth;
        long outputBytes = (long)shape.OutChannels * shape.OutHeight * shape.OutWidth;
        timeline.Compute(
            CycleCategory.CacheMaintenance,
            costs.CacheMaintenanceCycles(plan.BiasBufferBytes) + costs.CacheMaintenanceCycles(inputBytes) + costs.CacheMaintenanceCycles(shape.WeightCount),
            "write back");
        if (plan is { Schedule: not null, Mode: ExecutionMode.Dma })
        {
            FreeConvolutionProgram.Play(plan, costs, timeline);
        }
        else if (plan.Mode == ExecutionMode.Dma)
        {
            PlayTiles(plan, costs, timeline, waits);
        }
        else
        {
            PlayCachePath(plan, costs, timeline);
        }

        timeline.Compute(CycleCategory.CacheMaintenance, costs.CacheMaintenanceCycles(outputBytes), "invalidate");
    }

    private static void PlayTiles(Conv2dTilePlan plan, ConvolutionCosts costs, EventTimeline timeline, WaitPolicy waits)
    {
        Conv2dShape shape = plan.Shape;
        bool everyWait = waits == WaitPolicy.EveryTransfer;
        LoadCoefficients(0);
        timeline.Issue(StoreChannel, TransferPurpose.Coefficients, costs.TransferTime(plan.BiasBufferBytes), plan.BiasBufferBytes, "biases");
        LoadInput(0);
        timeline.Wait(StoreChannel);
        timeline.Wait(LoadChannel);
        int lastTile = (plan.ChannelTileCount * plan.RowTileCount) - 1;
        for (int tile = 0; tile <= lastTile; tile++)
        {
            int channelTile = tile / plan.RowTileCount;
            int rowTile = tile % plan.RowTileCount;
            int channels = plan.ChannelsInTile(channelTile);
            if (everyWait)
            {
                timeline.Wait(LoadChannel);
            }

            timeline.Compute(CycleCategory.Control, costs.TileCycles, "tile");
            if (tile < lastTile)
            {
                LoadInput((tile + 1) % plan.RowTileCount);
            }

            if (shape.Padding > 0)
            {
                InputWindow window = InputWindow.Of(plan, rowTile);
                timeline.Compute(
                    CycleCategory.EdgeExtension,
                    costs.EdgeExtensionCycles(shape.InChannels, window.RowCount, window.RowCount < plan.InputRowsPerTile),
                    "edges");
            }

            if (everyWait)
            {
                timeline.Wait(StoreChannel, 1);
            }
            else if (waits == WaitPolicy.BothChannelsBeforeKernel)
            {
                timeline.Wait(StoreChannel);
                timeline.Wait(LoadChannel);
            }

            // The 7x7 kernel computes a full tile even at the end.
            int rows = shape.KernelHeight == 7 ? plan.RowsPerTile : plan.RowsInTile(rowTile);
            Compute(ConvolutionWork.OfKernelCall(shape, plan.InputRowPitchBytes, rows, channels), costs, timeline);
            if (everyWait)
            {
                timeline.Wait(StoreChannel);
            }

            if (rowTile == plan.RowTileCount - 1 && tile < lastTile)
            {
                LoadCoefficients(channelTile + 1);
            }

            long storedBytes = (long)shape.OutWidth * plan.RowsInTile(rowTile) * channels;
            timeline.Issue(StoreChannel, TransferPurpose.Output, costs.TransferTime(storedBytes), storedBytes, "output");
        }

        timeline.Wait(StoreChannel);

        void LoadCoefficients(int channelTile)
        {
            long bytes = (long)shape.WeightsPerOutChannel * plan.ChannelsInTile(channelTile);
            timeline.Issue(StoreChannel, TransferPurpose.Coefficients, costs.TransferTime(bytes), bytes, "coefficients");
        }

        void LoadInput(int rowTile)
        {
            timeline.Compute(CycleCategory.Fill, ConvolutionCosts.FillCycles(plan.InputBufferBytes), "fill");
            long bytes = (long)InputWindow.Of(plan, rowTile).RowCount * shape.InChannels * shape.InWidth;
            timeline.Issue(LoadChannel, TransferPurpose.Input, costs.TransferTime(bytes), bytes, "input");
        }
    }

    /// <summary>A padded copy of the image, then one kernel call over the whole layer.</summary>
    private static void PlayCachePath(Conv2dTilePlan plan, ConvolutionCosts costs, EventTimeline timeline)
    {
        Conv2dShape shape = plan.Shape;
        int pitchBytes = (plan.InputRowPitchBytes + CacheRowAlignmentBytes - 1) / CacheRowAlignmentBytes * CacheRowAlignmentBytes;
        long paddedBytes = (long)pitchBytes * (shape.InHeight + (2 * shape.Padding)) * shape.InChannels;
        timeline.Compute(CycleCategory.Fill, ConvolutionCosts.FillCycles(paddedBytes) + costs.MissCycles(DataCache.LinesOf(paddedBytes)), "fill");
        long imageRows = (long)shape.InChannels * shape.InHeight;
        timeline.Compute(CycleCategory.Fill, costs.CopyCycles(imageRows) + costs.MissCycles(DataCache.LinesOf(imageRows * shape.InWidth)), "copy");
        if (shape.Padding > 0)
        {
            timeline.Compute(CycleCategory.EdgeExtension, costs.EdgeExtensionCycles(shape.InChannels, shape.InHeight, touchesBorder: true), "edges");
        }

        ConvolutionWork work = ConvolutionWork.OfKernelCall(shape, pitchBytes, shape.OutHeight, shape.OutChannels);
        Compute(work, costs, timeline);
        timeline.Compute(CycleCategory.Kernel, costs.MissCycles(KernelMissLines(shape, pitchBytes)), "cache misses");
        timeline.Compute(
            CycleCategory.CacheMaintenance, costs.CacheMaintenanceCycles((long)shape.OutChannels * shape.OutHeight * shape.OutWidth), "write back");
    }

    /// <summary>
    /// Lines that the kernel misses: the rows of a spatial step stay in the cache from one channel group to the next when they fit,
    /// and are read again for every group when they do not; all weights stream by in every spatial step.
    /// </summary>
    private static long KernelMissLines(Conv2dShape shape, int pitchBytes)
    {
        KernelStructure kernel = KernelStructure.Of(shape, pitchBytes);
        int stepRows = kernel.IsFlattened ? 1 : kernel.StepRows;
        long stepBytes = (((stepRows - 1L) * shape.Stride) + shape.KernelHeight) * pitchBytes * shape.InChannels;
        long verticalSteps = ConvolutionWork.DivideRoundUp(shape.OutHeight, stepRows);
        long horizontalSteps = ConvolutionWork.DivideRoundUp(shape.OutWidth, kernel.StepColumns);
        long groups = ConvolutionWork.DivideRoundUp(shape.OutChannels, kernel.GroupChannels);
        long stepLines = DataCache.LinesOf(stepBytes);
        bool fits = stepBytes <= DataCache.CapacityBytes;
        long inputLines = verticalSteps * horizontalSteps * (fits ? stepLines : stepLines * groups);
        long weightLines = DataCache.LinesOf(shape.WeightCount) * verticalSteps * horizontalSteps;
        return inputLines + weightLines;
    }

    private static void Compute(in ConvolutionWork work, ConvolutionCosts costs, EventTimeline timeline)
    {
        timeline.Compute(CycleCategory.Kernel, costs.KernelCycles(work), "kernel");
        timeline.Compute(CycleCategory.Epilogue, costs.EpilogueCycles(work), "epilogue");
    }
}
