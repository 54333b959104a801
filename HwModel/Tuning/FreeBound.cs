using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;

namespace TileProof.HwModel.Tuning;

/// <summary>A lower bound on the cycles of a plan with a <see cref="TileSchedule"/>: the work of the core, or the data of a channel.</summary>
internal sealed class FreeBound
{
    private readonly Conv2dShape shape;
    private readonly ConvolutionCosts costs;
    private readonly double fixedCycles;
    private readonly Dictionary<int, (Conv2dShape Full, Conv2dShape Last)> passShapes = [];
    private readonly Dictionary<(int RowsPerTile, int InputChannelsPerPass), (long LoadedRows, double EdgeCycles)> rowTotals = [];

    public FreeBound(Conv2dShape shape, ConvolutionCosts costs)
    {
        this.shape = shape;
        this.costs = costs;
        fixedCycles = CompatibleBound.FixedCycles(shape, costs);
    }

    /// <summary>The bound for a tiled plan.</summary>
    public double Of(Conv2dTilePlan plan)
    {
        (Conv2dShape fullPass, Conv2dShape lastPass) = PassShapes(plan);
        double kernelCycles = ((plan.PassCount - 1) * PassCycles(plan, fullPass)) + PassCycles(plan, lastPass);
        (long inputRounds, long coefficientRounds) = Rounds(plan);
        (long loadedRows, double edgeCycles) = RowTotals(plan);
        double tileCycles = (double)plan.RowTileCount * plan.ChannelTileCount * plan.PassCount * costs.TileCycles;
        double coreCycles = kernelCycles + tileCycles + (inputRounds * edgeCycles);
        double inputCycles = costs.TransferTime(inputRounds * loadedRows * shape.InWidth * shape.InChannels).BusyCycles;
        long outputBytes = (long)shape.OutChannels * shape.OutHeight * shape.OutWidth;
        double otherCycles = costs.TransferTime((coefficientRounds * shape.WeightCount) + outputBytes).BusyCycles;
        return (fixedCycles + Math.Max(coreCycles, Math.Max(inputCycles, otherCycles))) * CompatibleBound.RoundingSlack;
    }

    /// <summary>How often the whole input and all coefficients are loaded.</summary>
    internal static (long Inputs, long Coefficients) Rounds(Conv2dTilePlan plan)
    {
        bool rowsOuter = plan.Schedule!.Order == LoopOrder.RowsOuter;
        bool keepsInput = plan.PassCount == 1 && (rowsOuter || plan.RowTileCount == 1);
        bool keepsCoefficients = plan.PassCount == 1 && (!rowsOuter || plan.ChannelTileCount == 1);
        return (keepsInput ? 1 : plan.ChannelTileCount, keepsCoefficients ? 1 : plan.RowTileCount);
    }

    private (Conv2dShape Full, Conv2dShape Last) PassShapes(Conv2dTilePlan plan)
    {
        if (!passShapes.TryGetValue(plan.InputChannelsPerPass, out (Conv2dShape Full, Conv2dShape Last) shapes))
        {
            shapes = (plan.ShapeOfPass(0), plan.ShapeOfPass(plan.PassCount - 1));
            passShapes.Add(plan.InputChannelsPerPass, shapes);
        }

        return shapes;
    }

    /// <summary>Image rows that one round over the input loads of a plane, and the edges that it extends over all planes.</summary>
    private (long LoadedRows, double EdgeCycles) RowTotals(Conv2dTilePlan plan)
    {
        if (rowTotals.TryGetValue((plan.RowsPerTile, plan.InputChannelsPerPass), out (long LoadedRows, double EdgeCycles) totals))
        {
            return totals;
        }

        for (int rowTile = 0; rowTile < plan.RowTileCount; rowTile++)
        {
            InputWindow window = InputWindow.Of(plan, rowTile);
            totals.LoadedRows += window.RowCount;
            for (int pass = 0; shape.IsPadded && pass < plan.PassCount; pass++)
            {
                totals.EdgeCycles += costs.EdgeExtensionCycles(plan.InputChannelsInPass(pass), window.RowCount, window.RowCount < plan.InputRowsPerTile);
            }
        }

        rowTotals.Add((plan.RowsPerTile, plan.InputChannelsPerPass), totals);
        return totals;
    }

    /// <summary>All kernel calls of one pass over the input channels.</summary>
    private double PassCycles(Conv2dTilePlan plan, Conv2dShape passShape) =>
        ((plan.ChannelTileCount - 1) * RowCycles(plan, passShape, plan.ChannelsPerTile)) + RowCycles(plan, passShape, plan.ChannelsInLastTile);

    private double RowCycles(Conv2dTilePlan plan, Conv2dShape passShape, int channels)
    {
        double lastTile = CallCycles(passShape, plan, plan.RowsInTile(plan.RowTileCount - 1), channels);
        return plan.RowTileCount == 1 ? lastTile : ((plan.RowTileCount - 1) * CallCycles(passShape, plan, plan.RowsPerTile, channels)) + lastTile;
    }

    private double CallCycles(Conv2dShape passShape, Conv2dTilePlan plan, int rows, int channels)
    {
        var work = ConvolutionWork.OfKernelCall(passShape, plan.InputRowPitchBytes, rows, channels, costs.VectorBytes);
        return costs.KernelCycles(work) + costs.EpilogueCycles(work);
    }
}
