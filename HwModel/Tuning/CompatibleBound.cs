using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;

namespace TileProof.HwModel.Tuning;

/// <summary>A lower bound on the cycles of a plan with the published loop structure, without playing its events.</summary>
/// <remarks>
/// The core works through every tile one after the other, and cannot begin the first row tile of a channel tile before the coefficients
/// are there, whose load is issued after the last tile of the channel tile before: only what the core does between these two points
/// hides the load. Input transfers follow each other on one channel. The call takes at least as long as either.
/// </remarks>
internal sealed class CompatibleBound
{
    /// <summary>Sums in another order than the timeline's differ by rounding; the bound stays below by far more than that.</summary>
    internal const double RoundingSlack = 1 - 1e-9;

    private readonly Conv2dShape shape;
    private readonly KernelCosts costs;
    private readonly double fixedCycles;

    public CompatibleBound(Conv2dShape shape, KernelCosts costs)
    {
        this.shape = shape;
        this.costs = costs;
        fixedCycles = FixedCycles(shape, costs);
    }

    /// <summary>What every plan of a layer pays: the call, the scalar passes over the weights, and cache maintenance.</summary>
    internal static double FixedCycles(Conv2dShape shape, KernelCosts costs)
    {
        long inputBytes = (long)shape.InChannels * shape.InHeight * shape.InWidth;
        long outputBytes = (long)shape.OutChannels * shape.OutHeight * shape.OutWidth;
        return costs.CallCycles() + costs.PrologueCycles(shape) + costs.WriteBackCycles(sizeof(int) * (long)shape.OutChannels)
            + costs.InputWriteBackCycles(inputBytes)
            + costs.WriteBackCycles(shape.WeightCount) + costs.InvalidationCycles(outputBytes);
    }

    /// <summary>The bound for a tiled plan.</summary>
    public double Of(TiledPlan plan)
    {
        int lastRowTile = plan.RowTileCount - 1;
        int fullChannelTiles = plan.ChannelTileCount - 1;
        double fillCycles = costs.FillCycles(plan.InputBufferBytes);
        double edgeCycles = 0;
        double inputBusyCycles = 0;
        double firstEdgeCycles = 0;
        for (int rowTile = 0; rowTile <= lastRowTile; rowTile++)
        {
            InputWindow window = InputWindow.Of(plan, rowTile);
            inputBusyCycles += costs.TransferTime((long)window.RowCount * shape.InChannels * shape.InWidth).BusyCycles;
            double edges = !shape.IsPadded ? 0 : costs.EdgeExtensionCycles(shape.InChannels, window.RowCount, window.RowCount < plan.InputRowsPerTile);
            edgeCycles += edges;
            firstEdgeCycles = rowTile == 0 ? edges : firstEdgeCycles;
        }

        double tileCycles = (plan.RowTileCount * (costs.TileCycles() + fillCycles)) + edgeCycles;
        double kernelCycles = (fullChannelTiles * KernelCycles(plan, plan.ChannelsPerTile)) + KernelCycles(plan, plan.ChannelsInLastTile);
        double hidingCycles = costs.TileCycles() + fillCycles + firstEdgeCycles;
        double stallCycles = fullChannelTiles == 0 ? 0 : ((fullChannelTiles - 1) * Stall(plan.ChannelsPerTile)) + Stall(plan.ChannelsInLastTile);
        double coreCycles = (plan.ChannelTileCount * tileCycles) + kernelCycles + stallCycles;
        return (fixedCycles + Math.Max(coreCycles, plan.ChannelTileCount * inputBusyCycles)) * RoundingSlack;

        double Stall(int channels)
        {
            TransferTime load = costs.TransferTime((long)shape.WeightsPerOutChannel * channels);
            return Math.Max(0, load.BusyCycles + load.LatencyCycles - hidingCycles);
        }
    }

    private double KernelCycles(TiledPlan plan, int channels)
    {
        int lastRows = shape.KernelHeight == 7 ? plan.RowsPerTile : plan.RowsInTile(plan.RowTileCount - 1);
        double lastTile = CallCycles(plan, lastRows, channels);
        return plan.RowTileCount == 1 ? lastTile : ((plan.RowTileCount - 1) * CallCycles(plan, plan.RowsPerTile, channels)) + lastTile;
    }

    private double CallCycles(TiledPlan plan, int rows, int channels)
    {
        var work = ConvolutionWork.OfKernelCall(shape, plan.InputRowPitchBytes, rows, channels, costs.VectorBytes);
        return costs.KernelCycles(work) + costs.EpilogueCycles(work);
    }
}
