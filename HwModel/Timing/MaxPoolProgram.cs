using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Timing;

/// <summary>The events of a max pooling call: fill, load on channel 1, compute, store on channel 0 (operator contract, sections 2b and 2d).</summary>
public static class MaxPoolProgram
{
    private const int StoreChannel = 0;
    private const int LoadChannel = 1;

    /// <summary>Plays a call onto a timeline.</summary>
    /// <param name="plan">Geometry and tiles.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="timeline">Receives the events.</param>
    /// <param name="imageCount">Images of the batch.</param>
    /// <param name="invalidatesOutputFirst">See <see cref="TimingAssumptions.InvalidatesOutputFirst"/>.</param>
    public static void Play(
        MaxPoolTilePlan plan, CostCoefficients coefficients, MachineMode mode, EventTimeline timeline, int imageCount = 1, bool invalidatesOutputFirst = false)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(timeline);
        MaxPool2dShape shape = plan.Shape;
        var costs = new ConvolutionCosts(coefficients, mode);
        long inputBytes = (long)imageCount * shape.Channels * shape.InHeight * shape.InWidth * sizeof(float);
        long outputBytes = (long)imageCount * shape.Channels * shape.OutHeight * shape.OutWidth * sizeof(float);
        timeline.Compute(CycleCategory.CacheMaintenance, costs.CacheMaintenanceCycles(inputBytes), "write back");
        if (invalidatesOutputFirst)
        {
            timeline.Compute(CycleCategory.CacheMaintenance, costs.CacheMaintenanceCycles(outputBytes), "invalidate");
        }

        for (int image = 0; image < imageCount; image++)
        {
            PlayImage(plan, costs, coefficients[CoreTerm.MaxPoolStep], timeline);
        }

        timeline.Compute(CycleCategory.CacheMaintenance, costs.CacheMaintenanceCycles(outputBytes), "invalidate");
    }

    /// <summary>Column steps times rows times channels; a step makes floor((2 x 16 - kw) / 2) + 1 outputs.</summary>
    public static long StepsOf(MaxPool2dShape shape, int channels, int rows, int vectorBytes = 64)
    {
        int columnsPerStep = (((2 * (vectorBytes / sizeof(float))) - shape.KernelWidth) / 2) + 1;
        return ConvolutionWork.DivideRoundUp(shape.OutWidth, columnsPerStep) * rows * channels;
    }

    private static void PlayImage(MaxPoolTilePlan plan, ConvolutionCosts costs, double stepCycles, EventTimeline timeline)
    {
        MaxPool2dShape shape = plan.Shape;
        int tileCount = plan.RowTileCount * plan.ChannelTileCount;
        Load(0);
        for (int tile = 0; tile < tileCount; tile++)
        {
            timeline.Wait(LoadChannel);
            timeline.Compute(CycleCategory.Control, costs.TileCycles, "tile");
            if (tile + 1 < tileCount)
            {
                Load(tile + 1);
            }

            timeline.Wait(StoreChannel, 1);
            int channels = plan.ChannelsInTile(tile / plan.RowTileCount);
            int rows = plan.RowsInTile(tile % plan.RowTileCount);
            timeline.Compute(CycleCategory.Kernel, StepsOf(shape, channels, rows, costs.VectorBytes) * stepCycles, "kernel");
            long bytes = (long)channels * rows * shape.OutWidth * sizeof(float);
            timeline.Issue(StoreChannel, TransferPurpose.Output, costs.TransferTime(bytes), bytes, "output", channels);
        }

        timeline.Wait(StoreChannel);

        void Load(int tile)
        {
            int channels = plan.ChannelsInTile(tile / plan.RowTileCount);
            int rowTile = tile % plan.RowTileCount;
            timeline.Compute(CycleCategory.Fill, costs.FillCycles((long)channels * plan.InputPlaneElements * sizeof(float)), "fill");
            int firstRow = (rowTile * plan.RowsPerTile * shape.Stride) - shape.Padding;
            int endRow = Math.Min(firstRow + ((plan.RowsInTile(rowTile) - 1) * shape.Stride) + shape.KernelHeight, shape.InHeight);
            long rows = (long)channels * Math.Max(endRow - Math.Max(firstRow, 0), 0);
            long bytes = rows * shape.InWidth * sizeof(float);
            if (bytes > 0)
            {
                timeline.Issue(LoadChannel, TransferPurpose.Input, costs.TransferTime(bytes), bytes, "input", rows);
            }
        }
    }
}
