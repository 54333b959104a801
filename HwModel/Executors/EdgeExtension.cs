using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>Writes the input zero point over the part of a tile that lies outside the image.</summary>
/// <remarks>Loads may have put image bytes of a neighbouring row there, so this runs after the load has arrived.</remarks>
internal static class EdgeExtension
{
    /// <summary>Fills the tile outside the rows that are inside the image.</summary>
    public static void Apply(DspMachine machine, Conv2dTilePlan plan, MemoryBuffer tile, InputWindow inside, byte zeroPoint) =>
        Apply(machine, plan, plan.Shape.InChannels, tile, inside, zeroPoint);

    /// <summary>Fills the tile outside the rows that are inside the image, for its first planes.</summary>
    public static void Apply(DspMachine machine, Conv2dTilePlan plan, int planeCount, MemoryBuffer tile, InputWindow inside, byte zeroPoint)
    {
        Conv2dShape shape = plan.Shape;
        int pitch = plan.InputRowPitchBytes;
        int plane = plan.InputPlanePitchBytes;
        int rows = plan.InputRowsPerTile;
        int bottom = inside.FirstTileRow + inside.RowCount;
        Fill(0, pitch, inside.FirstTileRow);
        Fill(bottom * pitch, pitch, rows - bottom);
        Fill(inside.FirstTileRow * pitch, shape.Padding, inside.RowCount);
        Fill((inside.FirstTileRow * pitch) + shape.Padding + shape.InWidth, shape.Padding, inside.RowCount);

        void Fill(int offsetBytes, int rowBytes, int rowCount) => machine.Fill(
            new StridedRegion(tile, offsetBytes, rowBytes, rowCount, pitch, planeCount, plane), zeroPoint, FillPurpose.EdgeExtension);
    }
}
