using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>Every place where the published convolution programs differ from the corrected ones.</summary>
internal abstract class ConvolutionPolicy
{
    /// <summary>Whether the loop waits for input, coefficients and stores before it uses their buffers.</summary>
    public abstract bool WaitsInLoop { get; }

    /// <summary>Whether a 3x3 kernel allocates its coefficients before its inputs.</summary>
    public abstract bool Allocates3x3CoefficientsFirst { get; }

    /// <summary>Whether every image of a batch is computed; else only the first.</summary>
    public abstract bool ComputesEveryImage { get; }

    /// <summary>Whether an error of a kernel stops the program; else it returns at once and its caller goes on.</summary>
    public abstract bool StopsOnError { get; }

    /// <summary>Whether a padded image beyond the scratch buffer is cut into bands; else the kernel returns an error.</summary>
    public abstract bool CutsCacheModeIntoBands { get; }

    /// <summary>The policy of a variant.</summary>
    public static ConvolutionPolicy Of(KernelVariant variant) => variant switch
    {
        KernelVariant.Corrected => new CorrectedConvolution(),
        KernelVariant.Published => new PublishedConvolution(),
        KernelVariant.PublishedOld => new PublishedOldConvolution(),
        _ => throw new ArgumentOutOfRangeException(nameof(variant)),
    };

    /// <summary>The rows that the transfer before the loop loads.</summary>
    public abstract InputWindow FirstWindow(Conv2dTilePlan plan);

    /// <summary>The rows that a prefetch of a row tile loads.</summary>
    public abstract InputWindow PrefetchWindow(Conv2dTilePlan plan, int rowTile);

    /// <summary>The rows of a tile that edge extension leaves alone.</summary>
    public abstract InputWindow InsideWindow(Conv2dTilePlan plan, int rowTile);

    /// <summary>The name by which a kernel is called in a table made for running without DMA.</summary>
    public abstract string NameWithoutDma(Conv2dTilePlan plan);

    private sealed class CorrectedConvolution : ConvolutionPolicy
    {
        public override bool WaitsInLoop => true;

        public override bool Allocates3x3CoefficientsFirst => true;

        public override bool ComputesEveryImage => true;

        public override bool StopsOnError => true;

        public override bool CutsCacheModeIntoBands => true;

        public override InputWindow FirstWindow(Conv2dTilePlan plan) => InputWindow.Of(plan, 0);

        public override InputWindow PrefetchWindow(Conv2dTilePlan plan, int rowTile) => InputWindow.Of(plan, rowTile);

        public override InputWindow InsideWindow(Conv2dTilePlan plan, int rowTile) => InputWindow.Of(plan, rowTile);

        public override string NameWithoutDma(Conv2dTilePlan plan) => plan.Kernel + "_no_dma";
    }

    /// <summary>Section 1b.4 as it stands.</summary>
    private class PublishedConvolution : ConvolutionPolicy
    {
        public override bool WaitsInLoop => false;

        public override bool Allocates3x3CoefficientsFirst => true;

        public override bool ComputesEveryImage => false;

        public override bool StopsOnError => false;

        public override bool CutsCacheModeIntoBands => false;

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

    /// <summary>The version before: section 1b.10.</summary>
    private sealed class PublishedOldConvolution : PublishedConvolution
    {
        public override bool WaitsInLoop => true;

        public override bool Allocates3x3CoefficientsFirst => false;

        /// <inheritdoc/>
        /// <remarks>The last row tile loads as many rows as a tile has, from its top padding on when it is also the first.</remarks>
        public override InputWindow PrefetchWindow(Conv2dTilePlan plan, int rowTile) =>
            plan.Shape.KernelHeight == 3 && rowTile == plan.RowTileCount - 1
                ? base.PrefetchWindow(plan, rowTile) with { RowCount = plan.InputRowsPerTile }
                : base.PrefetchWindow(plan, rowTile);
    }
}
