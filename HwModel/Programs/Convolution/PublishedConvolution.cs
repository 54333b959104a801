using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Operator contract, section 1b.4 as it stands.</summary>
internal class PublishedConvolution : ConvolutionPolicy
{
    public override WaitPolicy Waits => WaitPolicy.FirstAndLastOnly;

    public override bool Allocates3x3CoefficientsFirst => true;

    public override bool ComputesEveryImage => false;

    public override bool StopsOnError => false;

    public override bool CutsCacheModeIntoBands => false;

    public override bool InvalidatesOutputFirst => false;

    /// <inheritdoc/>
    /// <remarks><c>in_rows_firstdma</c>: the rows of a full tile below its top padding, whether or not the image has them.</remarks>
    public override InputWindow FirstWindow(Conv2dTilePlan plan) =>
        new(0, plan.Shape.Padding, plan.InputRowsPerTile - plan.Shape.Padding);

    /// <inheritdoc/>
    /// <remarks>Section 1b.5; the 1x1 kernels always load a full tile, and the 7x7 kernel stops at the image in its last tile.</remarks>
    public override InputWindow PrefetchWindow(Conv2dTilePlan plan, int rowTile)
    {
        Conv2dShape shape = plan.Shape;
        int padding = shape.Padding;
        int step = shape.Stride * plan.RowsPerTile * rowTile;
        int firstImageRow = Math.Max(step - padding, 0);
        int rows = plan.InputRowsPerTile;
        if (shape.KernelHeight == 7 && rowTile == plan.RowTileCount - 1)
        {
            rows = shape.InHeight - firstImageRow;
        }
        else if (shape.KernelHeight > 1)
        {
            rows = Math.Min(step + rows - padding, Math.Min(shape.InHeight + padding - step, rows));
        }

        return new InputWindow(firstImageRow, padding - Math.Min(step, padding), rows);
    }

    /// <inheritdoc/>
    /// <remarks>The image rows that a full tile covers.</remarks>
    public override InputWindow InsideWindow(Conv2dTilePlan plan, int rowTile)
    {
        int firstRow = (plan.Shape.Stride * plan.RowsPerTile * rowTile) - plan.Shape.Padding;
        int begin = Math.Max(firstRow, 0);
        int end = Math.Min(firstRow + plan.InputRowsPerTile, plan.Shape.InHeight);
        return new InputWindow(begin, begin - firstRow, Math.Max(end - begin, 0));
    }

    /// <inheritdoc/>
    /// <remarks>The generator puts <c>_no</c> before every <c>_dma</c>, also where the name already says <c>_no_dma</c>.</remarks>
    public override string NameWithoutDma(Conv2dTilePlan plan) => plan.KernelName.Replace("_dma", "_no_dma", StringComparison.Ordinal);
}
