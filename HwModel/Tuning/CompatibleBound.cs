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
internal sealed class CompatibleBound(Conv2dShape shape, KernelCosts costs) : PlanBound(shape, costs)
{
    /// <summary>The bound for a tiled plan.</summary>
    public double Of(TiledPlan plan)
    {
        int lastRowTile = plan.RowTileCount - 1;
        int fullChannelTiles = plan.ChannelTileCount - 1;
        double fillCycles = Costs.FillCycles(plan.InputBufferBytes);
        double edgeCycles = 0;
        double inputBusyCycles = 0;
        double firstEdgeCycles = 0;
        for (int rowTile = 0; rowTile <= lastRowTile; rowTile++)
        {
            InputWindow window = InputWindow.Of(plan, rowTile);
            inputBusyCycles += Costs.TransferTime((long)window.RowCount * Shape.InChannels * Shape.InWidth).BusyCycles;
            double edges = !Shape.IsPadded ? 0 : Costs.EdgeExtensionCycles(Shape.InChannels, window.RowCount, window.RowCount < plan.InputRowsPerTile);
            edgeCycles += edges;
            firstEdgeCycles = rowTile == 0 ? edges : firstEdgeCycles;
        }

        double tileCycles = (plan.RowTileCount * (Costs.TileCycles() + fillCycles)) + edgeCycles;
        int lastRows = Shape.KernelHeight == 7 ? plan.RowsPerTile : plan.RowsInTile(lastRowTile);
        double kernelCycles = KernelCycles(plan, lastRows, Shape.InChannels);
        double hidingCycles = Costs.TileCycles() + fillCycles + firstEdgeCycles;
        double stallCycles = fullChannelTiles == 0 ? 0 : ((fullChannelTiles - 1) * Stall(plan.ChannelsPerTile)) + Stall(plan.ChannelsInLastTile);
        double coreCycles = (plan.ChannelTileCount * tileCycles) + kernelCycles + stallCycles;
        return Total(Math.Max(coreCycles, plan.ChannelTileCount * inputBusyCycles));

        double Stall(int channels)
        {
            TransferTime load = Costs.TransferTime((long)Shape.WeightsPerOutChannel * channels);
            return Math.Max(0, load.BusyCycles + load.LatencyCycles - hidingCycles);
        }
    }
}
