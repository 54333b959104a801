using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>The cache path: one tile, the whole layer, and no bank.</summary>
public sealed record CachePlan : Conv2dTilePlan
{
    private const int ScratchRowAlignmentBytes = 64;

    /// <summary>Beyond this, the 1x1 kernel with stride 2 gathers, which needs local memory, and the cache path sub-samples the image first.</summary>
    private const int LargestStridedChannelCount = 64;

    private CachePlan()
    {
    }

    /// <summary>The plan of a layer.</summary>
    public static CachePlan Of(Conv2dShape shape) => new() { Shape = shape, ChannelsPerTile = shape.OutChannels, RowsPerTile = shape.OutHeight };

    /// <inheritdoc/>
    public override ExecutionMode Mode => ExecutionMode.Cache;

    /// <inheritdoc/>
    public override string KernelName => Kernel + "_no_dma";

    /// <inheritdoc/>
    public override int InputRowsPerTile => Shape.InHeight;

    /// <inheritdoc/>
    public override int InputPlanePitchBytes => InputRowPitchBytes * PaddedRows;

    /// <summary>Rows of the padded image.</summary>
    public int PaddedRows => Shape.InHeight + Shape.PadTop + Shape.PadBottom;

    /// <summary>Bytes from one row of the padded image to the next in the scratch buffer.</summary>
    public int ScratchRowPitchBytes => RoundUpScratchRow(InputRowPitchBytes);

    /// <summary>Bytes of the padded image in the scratch buffer.</summary>
    public long PaddedBytes => (long)ScratchRowPitchBytes * PaddedRows * Shape.InChannels;

    /// <summary>
    /// Bytes of scratch buffer that the published programs take, which work on the layer at once: the whole padded image, and its sub-sampled
    /// copy where the 1x1 kernel with stride 2 makes one (operator contract, section 1b.8).
    /// </summary>
    public long ScratchBytes => PaddedBytes + (Subsamples(Shape) ? (long)SubsampledRowPitchBytes(Shape) * Shape.OutHeight * Shape.InChannels : 0);

    /// <summary>Whether the published cache path sub-samples the image of a layer, and then runs the kernel with stride 1.</summary>
    public static bool Subsamples(Conv2dShape shape) =>
        ConvolutionKernel.IsPublished(shape) && shape is { KernelHeight: 1, Stride: 2, InChannels: > LargestStridedChannelCount };

    /// <summary>Bytes from one row of the sub-sampled image to the next.</summary>
    public static int SubsampledRowPitchBytes(Conv2dShape shape) => RoundUpScratchRow(shape.OutWidth);

    /// <inheritdoc/>
    public override bool RunsOnPublishedPrograms(DspConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return ConvolutionKernel.IsPublished(Shape) && ScratchBytes <= configuration.CacheScratchBytes;
    }

    /// <inheritdoc/>
    public override string ToString() => "cache";

    private static int RoundUpScratchRow(int rowBytes) => (rowBytes + ScratchRowAlignmentBytes - 1) / ScratchRowAlignmentBytes * ScratchRowAlignmentBytes;
}
