using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Timing;

/// <summary>The loop structure of a kernel variant: what a spatial step covers and what one inner iteration issues.</summary>
/// <remarks>Operator contract, sections 12.1 and 12.2. Alignment primes count as loads; loads hoisted out of the channel groups do not.</remarks>
/// <param name="Variant">Which loop.</param>
/// <param name="StepColumns">Output columns of a spatial step; for flattened kernels output elements over rows.</param>
/// <param name="StepRows">Output rows of a spatial step.</param>
/// <param name="GroupChannels">Output channels of a pass.</param>
/// <param name="InnerChannels">Input channels of an inner iteration.</param>
/// <param name="MultiplySlots">Multiply instructions of an inner iteration, 256 multiply-accumulates each.</param>
/// <param name="VectorLoads">Vector loads of an inner iteration.</param>
/// <param name="Gathers">Coefficient gathers of an inner iteration.</param>
/// <param name="Shuffles">Lane shuffles of an inner iteration that separate even and odd columns before a four-vector multiply.</param>
/// <param name="Accumulators">Accumulators of a step, each requantized once.</param>
public readonly record struct KernelStructure(
    ConvolutionVariant Variant,
    int StepColumns,
    int StepRows,
    int GroupChannels,
    int InnerChannels,
    int MultiplySlots,
    int VectorLoads,
    int Gathers,
    int Shuffles,
    int Accumulators)
{
    /// <summary>The vectors that the loops were written for.</summary>
    public const int PublishedVectorBytes = 64;

    /// <summary>Multiply-accumulates of one multiply instruction.</summary>
    public const int MultiplyAccumulatesPerSlot = 256;

    /// <summary>Whether rows are treated as one long row.</summary>
    public bool IsFlattened => Variant is ConvolutionVariant.FlattenedAligned or ConvolutionVariant.FlattenedUnaligned;

    /// <summary>The loop that runs for a geometry and the row pitch of its input in memory.</summary>
    /// <remarks>Of the loops for wider vectors nothing is published: they are these with as many more columns, and take the same instructions a step.</remarks>
    /// <param name="shape">The geometry.</param>
    /// <param name="inputRowPitchBytes">Bytes from one input row to the next.</param>
    /// <param name="vectorBytes">Bytes of a vector.</param>
    /// <param name="inChannels">Input channels summed; null for all.</param>
    /// <exception cref="NotSupportedException">No kernel computes this geometry.</exception>
    public static KernelStructure Of(Conv2dShape shape, int inputRowPitchBytes, int vectorBytes = PublishedVectorBytes, int? inChannels = null) => ConvolutionKernel.FamilyOf(shape) switch
    {
        ConvolutionFamily.Published => OfPublished(shape, inputRowPitchBytes, vectorBytes, inChannels ?? shape.InChannels),
        ConvolutionFamily.Depthwise => OwnKernelStructures.OfDepthwise(shape, vectorBytes),
        ConvolutionFamily.Window => OwnKernelStructures.OfWindow(shape, vectorBytes),
        _ => throw new NotSupportedException($"{shape.ConfigKey}: no tiled kernel computes this geometry."),
    };

    private static KernelStructure OfPublished(Conv2dShape shape, int inputRowPitchBytes, int vectorBytes, int inChannels) => (shape.KernelHeight, shape.KernelWidth, shape.Stride) switch
    {
        (3, 3, 1) when inputRowPitchBytes <= vectorBytes / 4 => new(ConvolutionVariant.Fold16, vectorBytes / 4, 4, 2, 1, 6, 5, 0, 0, 2),
        (3, 3, 1) when inputRowPitchBytes <= vectorBytes / 2 => new(ConvolutionVariant.Fold32, vectorBytes / 2, 2, 2, 1, 6, 5, 0, 0, 2),
        (3, 3, 1) => new(ConvolutionVariant.General3x3, vectorBytes - 2, 2, 2, 1, 12, 10, 0, 0, 4),
        (3, 3, 2) when inChannels == 3 => new(ConvolutionVariant.Stride2Of3x3Depth3, (vectorBytes / 2) - 1, 2, 3, 3, 21, 2, 0, 18, 3),
        (3, 3, 2) => new(ConvolutionVariant.Stride2Of3x3, (vectorBytes / 2) - 1, 2, 3, 1, 9, 13, 0, 9, 3),
        (7, 7, 2) when inChannels == 3 => new(ConvolutionVariant.Stride2Of7x7Depth3, (vectorBytes / 2) - 3, 2, 2, 3, 84, 60, 0, 0, 2),
        (7, 7, 2) => new(ConvolutionVariant.Stride2Of7x7, (vectorBytes / 2) - 3, 2, 2, 1, 28, 20, 0, 0, 2),
        (1, 1, 1) when inputRowPitchBytes % vectorBytes == 0 && inputRowPitchBytes == shape.InWidth =>
            new(ConvolutionVariant.FlattenedAligned, vectorBytes, 1, 4, 4, 4, 8, 0, 0, 4),
        (1, 1, 1) when inputRowPitchBytes == shape.InWidth => new(ConvolutionVariant.FlattenedUnaligned, vectorBytes, 1, 4, 4, 4, 8, 1, 0, 4),
        (1, 1, 1) => new(ConvolutionVariant.RowsAligned, vectorBytes, 1, 4, 4, 4, 8, 0, 0, 4),
        (1, 1, 2) when inChannels <= vectorBytes => new(ConvolutionVariant.Stride2Of1x1, vectorBytes, 1, 4, 4, 4, 12, 0, 4, 4),
        _ => new(ConvolutionVariant.Stride2Of1x1Gathered, vectorBytes, 1, 4, 4, 4, 12, 1, 4, 4),
    };
}
