using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Writes the input zero point over the part of a tile that lies outside the image.</summary>
/// <remarks>Loads may have put image bytes of a neighbouring row there, so as an edge this runs after the load has arrived.</remarks>
internal static class EdgeExtension
{
    /// <summary>Fills the first planes of a tile outside the rows that are inside the image.</summary>
    public static void Write(TileProgramBuilder builder, Conv2dTilePlan plan, int planeCount, int buffer, InputWindow inside, byte zeroPoint, InstructionPurpose purpose = InstructionPurpose.Edge)
    {
        Conv2dShape shape = plan.Shape;
        int pitch = plan.InputRowPitchBytes;
        int bottom = inside.FirstTileRow + inside.RowCount;
        Fill(0, pitch, inside.FirstTileRow);
        Fill(bottom * pitch, pitch, plan.InputRowsPerTile - bottom);
        Fill(inside.FirstTileRow * pitch, shape.PadLeft, inside.RowCount);
        Fill((inside.FirstTileRow * pitch) + shape.PadLeft + shape.InWidth, shape.PadRight, inside.RowCount);

        void Fill(int offsetBytes, int rowBytes, int rowCount) => builder.Fill(
            new ProgramRegion(buffer, offsetBytes, rowBytes, rowCount, pitch, planeCount, plan.InputPlanePitchBytes), zeroPoint, purpose);
    }
}
