using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>The rows of the image that one row tile needs, and where they go in the tile buffer.</summary>
/// <param name="FirstImageRow">The first image row that is loaded.</param>
/// <param name="FirstTileRow">The tile row it goes to; rows above are padding.</param>
/// <param name="RowCount">Rows that are loaded; 0 when the tile reads padding only.</param>
internal readonly record struct InputWindow(int FirstImageRow, int FirstTileRow, int RowCount)
{
    /// <summary>Exactly the rows of the image that the outputs of the tile read; none where the tile lies in the padding as a whole.</summary>
    public static InputWindow Of(Conv2dTilePlan plan, int rowTile)
    {
        Conv2dShape shape = plan.Shape;
        return Clip(
            (shape.StrideHeight * plan.RowsPerTile * rowTile) - shape.PadTop, ((plan.RowsInTile(rowTile) - 1) * shape.StrideHeight) + shape.WindowHeight, shape.InHeight);
    }

    /// <summary>What consecutive rows, the first of which may lie above the image, have of it; none where all lie in the padding.</summary>
    public static InputWindow Clip(int firstRow, int rowCount, int imageHeight)
    {
        int begin = Math.Max(firstRow, 0);
        int end = Math.Min(firstRow + rowCount, imageHeight);
        return end > begin ? new InputWindow(begin, begin - firstRow, end - begin) : default;
    }
}
