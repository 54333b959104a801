using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;

namespace TileProof.HwModel.Tuning;

/// <summary>A lower bound on the cycles of a plan with a <see cref="TileSchedule"/>: the work of the core, or the data of a channel.</summary>
internal sealed class FreeBound(Conv2dShape shape, KernelCosts costs) : PlanBound(shape, costs)
{
    private readonly Dictionary<(int RowsPerTile, int InputChannelsPerPass), (long LoadedRows, double EdgeCycles)> rowTotals = [];

    /// <summary>The bound for a tiled plan.</summary>
    public double Of(FreePlan plan)
    {
        double kernelCycles = ((plan.PassCount - 1) * PassCycles(plan, plan.InputChannelsPerPass)) + PassCycles(plan, plan.InputChannelsInPass(plan.PassCount - 1));
        long inputRounds = plan.LoadsInputOnce ? 1 : plan.ChannelTileCount;
        long coefficientRounds = plan.LoadsCoefficientsOnce ? 1 : plan.RowTileCount;
        (long loadedRows, double edgeCycles) = RowTotals(plan);
        double tileCycles = (double)plan.RowTileCount * plan.ChannelTileCount * plan.PassCount * Costs.TileCycles();
        double coreCycles = kernelCycles + tileCycles + (inputRounds * edgeCycles);
        double inputCycles = Costs.TransferTime(inputRounds * loadedRows * Shape.InWidth * Shape.InChannels).BusyCycles;
        double otherCycles = Costs.TransferTime(coefficientRounds * Shape.WeightCount).BusyCycles + Costs.TransferTime(OutputBytes, isStore: true).BusyCycles;
        return Total(Math.Max(coreCycles, Math.Max(inputCycles, otherCycles)));
    }

    /// <summary>Image rows that one round over the input loads of a plane, and the edges that it extends over all planes.</summary>
    private (long LoadedRows, double EdgeCycles) RowTotals(FreePlan plan)
    {
        if (rowTotals.TryGetValue((plan.RowsPerTile, plan.InputChannelsPerPass), out (long LoadedRows, double EdgeCycles) totals))
        {
            return totals;
        }

        for (int rowTile = 0; rowTile < plan.RowTileCount; rowTile++)
        {
            InputWindow window = InputWindow.Of(plan, rowTile);
            totals.LoadedRows += window.RowCount;
            for (int pass = 0; Shape.IsPadded && pass < plan.PassCount; pass++)
            {
                totals.EdgeCycles += Costs.EdgeExtensionCycles(plan.InputChannelsInPass(pass), window.RowCount, window.RowCount < plan.InputRowsPerTile);
            }
        }

        rowTotals.Add((plan.RowsPerTile, plan.InputChannelsPerPass), totals);
        return totals;
    }

    private double PassCycles(FreePlan plan, int inChannels) => KernelCycles(plan, plan.RowsInTile(plan.RowTileCount - 1), inChannels);
}
