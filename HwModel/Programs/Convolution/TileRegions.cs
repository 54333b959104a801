using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>The parts of tile buffers that transfers and kernels touch.</summary>
internal static class TileRegions
{
    /// <summary>Where loaded rows of the image go in an input tile.</summary>
    public static ProgramRegion LoadedInput(Conv2dTilePlan plan, int buffer, int planeCount, InputWindow window) => new(
        buffer,
        (window.FirstTileRow * plan.InputRowPitchBytes) + plan.Shape.PadLeft,
        plan.Shape.InWidth,
        window.RowCount,
        plan.InputRowPitchBytes,
        planeCount,
        plan.InputPlanePitchBytes);

    /// <summary>What a kernel reads of an input tile.</summary>
    public static ProgramRegion ReadInput(Conv2dTilePlan plan, int buffer, int planeCount, int outputRows)
    {
        int inputRows = ((outputRows - 1) * plan.Shape.StrideHeight) + plan.Shape.WindowHeight;
        return new ProgramRegion(buffer, 0, plan.InputRowPitchBytes, inputRows, plan.InputRowPitchBytes, planeCount, plan.InputPlanePitchBytes);
    }

    /// <summary>What a kernel writes of an output tile.</summary>
    public static ProgramRegion ComputedOutput(Conv2dTilePlan plan, int buffer, int channels, int rows)
    {
        int planeBytes = plan.Shape.OutWidth * plan.RowsPerTile;
        return new ProgramRegion(buffer, 0, plan.Shape.OutWidth * rows, 1, planeBytes, channels, planeBytes);
    }

    /// <summary>What is stored of an output tile.</summary>
    public static ProgramRegion StoredOutput(Conv2dTilePlan plan, int buffer, TileCoordinates tile)
    {
        Conv2dShape shape = plan.Shape;
        return ProgramRegion.Rows(
            buffer, 0, shape.OutWidth * plan.RowsInTile(tile.RowTile), plan.ChannelsInTile(tile.ChannelTile), shape.OutWidth * plan.RowsPerTile);
    }
}
