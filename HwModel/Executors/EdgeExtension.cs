using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>Writes the input zero point over the part of a tile that lies outside the image.</summary>
/// <remarks>Loads may have put image bytes of a neighbouring row there, so this runs after the load has arrived.</remarks>
internal static class EdgeExtension
{
    public static void Apply(DspMachine machine, Conv2dTilePlan plan, MemoryBuffer tile, int rowTile, byte zeroPoint)
    {
        Conv2dShape shape = plan.Shape;
        InputWindow window = InputWindow.Of(plan, rowTile);
        int pitch = plan.InputRowPitchBytes;
        int plane = plan.InputPlanePitchBytes;
        int rows = plan.InputRowsPerTile;
        int bottom = window.FirstTileRow + window.RowCount;
        Fill(0, pitch, window.FirstTileRow);
        Fill(bottom * pitch, pitch, rows - bottom);
        Fill(window.FirstTileRow * pitch, shape.Padding, window.RowCount);
        Fill((window.FirstTileRow * pitch) + shape.Padding + shape.InWidth, shape.Padding, window.RowCount);

        void Fill(int offsetBytes, int rowBytes, int rowCount) => machine.Fill(
            new StridedRegion(tile, offsetBytes, rowBytes, rowCount, pitch, shape.InChannels, plane), zeroPoint, FillPurpose.EdgeExtension);
    }
}
