using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;

namespace TileProof.HwModel.Tuning;

/// <summary>What the lower bounds on the cycles of tiled plans have in common: the costs that no plan avoids, and the kernel calls of all tiles.</summary>
internal abstract class PlanBound(Conv2dShape shape, KernelCosts costs)
{
    /// <summary>Sums in another order than the timeline's differ by rounding; the bound stays below by far more than that.</summary>
    private const double RoundingSlack = 1 - 1e-9;

    private readonly double fixedCycles = costs.CallCycles() + costs.PrologueCycles(shape) + costs.WriteBackCycles(sizeof(int) * (long)shape.OutChannels)
        + costs.InputWriteBackCycles((long)shape.InChannels * shape.InHeight * shape.InWidth)
        + costs.WriteBackCycles(shape.WeightCount) + costs.InvalidationCycles((long)shape.OutChannels * shape.OutHeight * shape.OutWidth);

    protected Conv2dShape Shape => shape;

    protected KernelCosts Costs => costs;

    protected long OutputBytes => (long)Shape.OutChannels * Shape.OutHeight * Shape.OutWidth;

    /// <summary>The bound of what every plan of a layer pays (the call, the scalar passes over the weights, cache maintenance) and what the tiles of one do.</summary>
    protected double Total(double tiledCycles) => (fixedCycles + tiledCycles) * RoundingSlack;

    /// <summary>All kernel calls of a plan that read some input channels.</summary>
    /// <param name="plan">The tiles.</param>
    /// <param name="lastRows">Output rows that the kernel computes of the last row tile.</param>
    /// <param name="inChannels">Input channels that a call reads.</param>
    protected double KernelCycles(Conv2dTilePlan plan, int lastRows, int inChannels)
    {
        return ((plan.ChannelTileCount - 1) * OfChannels(plan.ChannelsPerTile)) + OfChannels(plan.ChannelsInLastTile);

        double OfChannels(int channels)
        {
            double lastTile = OfCall(lastRows, channels);
            return plan.RowTileCount == 1 ? lastTile : ((plan.RowTileCount - 1) * OfCall(plan.RowsPerTile, channels)) + lastTile;
        }

        double OfCall(int rows, int channels)
        {
            var work = ConvolutionWork.OfKernelCall(Shape, plan.InputRowPitchBytes, rows, channels, Costs.VectorBytes, inChannels);
            return Costs.KernelCycles(work) + Costs.EpilogueCycles(work);
        }
    }
}
