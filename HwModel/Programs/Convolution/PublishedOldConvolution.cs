using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>The version before: operator contract, section 1b.10.</summary>
internal sealed class PublishedOldConvolution : PublishedConvolution
{
    public override WaitPolicy Waits => WaitPolicy.EveryTransfer;

    public override bool Allocates3x3CoefficientsFirst => false;

    /// <inheritdoc/>
    /// <remarks>The last row tile loads as many rows as a tile has, from its top padding on when it is also the first.</remarks>
    public override InputWindow PrefetchWindow(Conv2dTilePlan plan, int rowTile) =>
        plan.Shape.KernelHeight == 3 && rowTile == plan.RowTileCount - 1
            ? base.PrefetchWindow(plan, rowTile) with { RowCount = plan.InputRowsPerTile }
            : base.PrefetchWindow(plan, rowTile);
}
