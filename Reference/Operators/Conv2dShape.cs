using System.Globalization;

namespace TileProof.Operators;

/// <summary>The geometry of one 2-D convolution over int8 images <c>[N, C, H, W]</c> with weights <c>[OC, C / groups, KH, KW]</c>.</summary>
/// <remarks>
/// A 1-D convolution is one with a height of 1. Padding is the same on all four sides, as in the modelled library; padded
/// positions read the input zero point. All members are plain integers so that the type can be passed to a GPU kernel.
/// </remarks>
public readonly record struct Conv2dShape
{
    private Conv2dShape(
        int inChannels, int inHeight, int inWidth, int outChannels, int kernelHeight, int kernelWidth, int stride, int padding, int dilation, int groups)
    {
        InChannels = inChannels;
        InHeight = inHeight;
        InWidth = inWidth;
        OutChannels = outChannels;
        KernelHeight = kernelHeight;
        KernelWidth = kernelWidth;
        Stride = stride;
        Padding = padding;
        Dilation = dilation;
        Groups = groups;
        OutHeight = OutputExtent(inHeight, kernelHeight, stride, inHeight == 1 && kernelHeight == 1 ? 0 : padding, dilation);
        OutWidth = OutputExtent(inWidth, kernelWidth, stride, padding, dilation);
    }

    /// <summary>C, input channels.</summary>
    public int InChannels { get; }

    /// <summary>H, input rows.</summary>
    public int InHeight { get; }

    /// <summary>W, input columns.</summary>
    public int InWidth { get; }

    /// <summary>OC, output channels.</summary>
    public int OutChannels { get; }

    /// <summary>KH, kernel rows.</summary>
    public int KernelHeight { get; }

    /// <summary>KW, kernel columns.</summary>
    public int KernelWidth { get; }

    /// <summary>The step of the window in both directions.</summary>
    public int Stride { get; }

    /// <summary>Rows and columns added on every side.</summary>
    public int Padding { get; }

    /// <summary>The distance between kernel taps; 1 is a dense kernel.</summary>
    public int Dilation { get; }

    /// <summary>Channel groups; 1 is an ordinary convolution.</summary>
    public int Groups { get; }

    /// <summary>OH, output rows: floor((H + 2 padding - dilation (KH - 1) - 1) / stride) + 1.</summary>
    public int OutHeight { get; }

    /// <summary>OW, output columns.</summary>
    public int OutWidth { get; }

    /// <summary>Rows added above and below: <see cref="Padding"/>, but 0 for a 1-D convolution, whose only row is not padded.</summary>
    public int VerticalPadding => InHeight == 1 && KernelHeight == 1 ? 0 : Padding;

    /// <summary>Weights of one output channel.</summary>
    public int WeightsPerOutChannel => InChannels / Groups * KernelHeight * KernelWidth;

    /// <summary>All weights, OC * C / groups * KH * KW.</summary>
    public int WeightCount => OutChannels * WeightsPerOutChannel;

    /// <summary>Multiply-accumulates of one image, padding taps counted.</summary>
    public long MultiplyAccumulates => (long)WeightCount * OutHeight * OutWidth;

    /// <summary>The layer key of the published tables: <c>ic_ih_iw_oc_kh_kw_oh_ow_sy_sx_pad_dil</c>.</summary>
    public string ConfigKey => string.Create(
        CultureInfo.InvariantCulture,
        $"{InChannels}_{InHeight}_{InWidth}_{OutChannels}_{KernelHeight}_{KernelWidth}_{OutHeight}_{OutWidth}_{Stride}_{Stride}_{Padding}_{Dilation}");

    /// <summary>Makes a convolution geometry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An extent is below 1, the padding below 0, the kernel larger than the padded image, the groups do not divide both channel
    /// counts, or a tensor would exceed 2^31 - 1 elements.
    /// </exception>
    public static Conv2dShape Create(
        int inChannels, int inHeight, int inWidth, int outChannels, int kernelHeight, int kernelWidth, int stride, int padding, int dilation = 1, int groups = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfLessThan(dilation, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (inChannels % groups != 0 || outChannels % groups != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(groups), groups, $"{groups} groups do not divide {inChannels} input and {outChannels} output channels.");
        }

        int verticalPadding = inHeight == 1 && kernelHeight == 1 ? 0 : padding;
        if (PaddedSlack(inHeight, kernelHeight, verticalPadding, dilation) < 0 || PaddedSlack(inWidth, kernelWidth, padding, dilation) < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(kernelHeight), $"A {kernelHeight}x{kernelWidth} kernel with dilation {dilation} does not fit a {inHeight}x{inWidth} image with padding {padding}.");
        }

        var shape = new Conv2dShape(inChannels, inHeight, inWidth, outChannels, kernelHeight, kernelWidth, stride, padding, dilation, groups);
        _ = TensorShape.FromNchw(1, inChannels, inHeight, inWidth);
        _ = TensorShape.FromNchw(outChannels, inChannels / groups, kernelHeight, kernelWidth);
        _ = TensorShape.FromNchw(1, outChannels, shape.OutHeight, shape.OutWidth);
        return shape;
    }

    /// <summary><c>[N, C, H, W]</c> of the input for a batch.</summary>
    public TensorShape InputShape(int batch = 1) => TensorShape.FromNchw(batch, InChannels, InHeight, InWidth);

    /// <summary><c>[N, OC, OH, OW]</c> of the output for a batch.</summary>
    public TensorShape OutputShape(int batch = 1) => TensorShape.FromNchw(batch, OutChannels, OutHeight, OutWidth);

    /// <summary><c>[OC, C / groups, KH, KW]</c>.</summary>
    public TensorShape WeightShape() => TensorShape.FromNchw(OutChannels, InChannels / Groups, KernelHeight, KernelWidth);

    private static long PaddedSlack(int extent, int kernel, int padding, int dilation) =>
        (long)extent + (2L * padding) - ((long)dilation * (kernel - 1)) - 1;

    private static int OutputExtent(int extent, int kernel, int stride, int padding, int dilation) =>
        checked((int)(PaddedSlack(extent, kernel, padding, dilation) / stride) + 1);
}
