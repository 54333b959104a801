using System.Globalization;

namespace TileProof.Operators;

/// <summary>The geometry of one 2-D convolution over int8 images <c>[N, C, H, W]</c> with weights <c>[OC, C / groups, KH, KW]</c>.</summary>
/// <remarks>
/// A 1-D convolution is one with a height of 1. Padded positions read the input zero point. All members are plain integers so that the
/// type can be passed to a GPU kernel.
/// </remarks>
public readonly record struct Conv2dShape
{
    private Conv2dShape(int inChannels, int inHeight, int inWidth, int outChannels, Conv2dWindow window, int groups)
    {
        InChannels = inChannels;
        InHeight = inHeight;
        InWidth = inWidth;
        OutChannels = outChannels;
        Window = window;
        Groups = groups;
        OutHeight = checked((int)(window.VerticalSlack(inHeight) / window.StrideHeight) + 1);
        OutWidth = checked((int)(window.HorizontalSlack(inWidth) / window.StrideWidth) + 1);
    }

    /// <summary>C, input channels.</summary>
    public int InChannels { get; }

    /// <summary>H, input rows.</summary>
    public int InHeight { get; }

    /// <summary>W, input columns.</summary>
    public int InWidth { get; }

    /// <summary>OC, output channels.</summary>
    public int OutChannels { get; }

    /// <summary>What an output element reads of a plane.</summary>
    public Conv2dWindow Window { get; }

    /// <summary>KH, kernel rows.</summary>
    public int KernelHeight => Window.KernelHeight;

    /// <summary>KW, kernel columns.</summary>
    public int KernelWidth => Window.KernelWidth;

    /// <summary>Input rows from one output row to the next.</summary>
    public int StrideHeight => Window.StrideHeight;

    /// <summary>Input columns from one output column to the next.</summary>
    public int StrideWidth => Window.StrideWidth;

    /// <summary>Rows added above.</summary>
    public int PadTop => Window.PadTop;

    /// <summary>Columns added to the left.</summary>
    public int PadLeft => Window.PadLeft;

    /// <summary>Rows added below.</summary>
    public int PadBottom => Window.PadBottom;

    /// <summary>Columns added to the right.</summary>
    public int PadRight => Window.PadRight;

    /// <summary>Input rows from one kernel row to the next; 1 is a dense kernel.</summary>
    public int DilationHeight => Window.DilationHeight;

    /// <summary>Input columns from one kernel column to the next.</summary>
    public int DilationWidth => Window.DilationWidth;

    /// <summary>Input rows that one output row reads, gaps of a dilated kernel included: dilation (KH - 1) + 1.</summary>
    public int WindowHeight => Window.Height;

    /// <summary>Input columns that one output column reads, gaps included.</summary>
    public int WindowWidth => Window.Width;

    /// <summary>Channel groups; 1 is an ordinary convolution.</summary>
    public int Groups { get; }

    /// <summary>Input channels that an output element sums over, C / groups.</summary>
    public int GroupInChannels => InChannels / Groups;

    /// <summary>Output channels that read the same input channels, OC / groups.</summary>
    public int GroupOutChannels => OutChannels / Groups;

    /// <summary>Whether every channel has a kernel of its own and gives one channel.</summary>
    public bool IsDepthwise => Groups > 1 && Groups == InChannels && Groups == OutChannels;

    /// <summary>OH, output rows: floor((H + top + bottom - dilation (KH - 1) - 1) / stride) + 1.</summary>
    public int OutHeight { get; }

    /// <summary>OW, output columns.</summary>
    public int OutWidth { get; }

    /// <summary>Whether one stride, one dilation and one padding say everything, as the published tables assume; of a 1-D convolution the only row is not padded.</summary>
    public bool IsUniform => Window.StrideHeight == Window.StrideWidth && Window.DilationHeight == Window.DilationWidth
        && PadLeft == PadRight && PadTop == PadBottom && (PadTop == PadLeft || (PadTop == 0 && InHeight == 1 && KernelHeight == 1));

    /// <summary>Whether some side is padded.</summary>
    public bool IsPadded => (PadTop | PadLeft | PadBottom | PadRight) != 0;

    /// <summary>The stride in both directions.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public int Stride => StrideHeight == StrideWidth ? StrideWidth : throw Differs("stride");

    /// <summary>The padding of every side; of a 1-D convolution, whose only row is not padded, that of left and right.</summary>
    /// <exception cref="InvalidOperationException">The sides differ.</exception>
    public int Padding => IsUniform ? PadLeft : throw Differs("padding");

    /// <summary>The dilation in both directions.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public int Dilation => DilationHeight == DilationWidth ? DilationWidth : throw Differs("dilation");

    /// <summary>Weights of one output channel.</summary>
    public int WeightsPerOutChannel => InChannels / Groups * KernelHeight * KernelWidth;

    /// <summary>All weights, OC * C / groups * KH * KW.</summary>
    public int WeightCount => OutChannels * WeightsPerOutChannel;

    /// <summary>Multiply-accumulates of one image, padding taps counted.</summary>
    public long MultiplyAccumulates => (long)WeightCount * OutHeight * OutWidth;

    /// <summary>
    /// The layer key of the published tables, <c>ic_ih_iw_oc_kh_kw_oh_ow_sy_sx_pad_dil</c>. What they cannot express is told by more:
    /// paddings <c>top.left.bottom.right</c> and dilations <c>rows.columns</c> where they differ, and <c>_g</c> with the groups behind.
    /// </summary>
    public string ConfigKey => string.Create(
        CultureInfo.InvariantCulture,
        $"{InChannels}_{InHeight}_{InWidth}_{OutChannels}_{KernelHeight}_{KernelWidth}_{OutHeight}_{OutWidth}_{StrideHeight}_{StrideWidth}_{PaddingKey}_{DilationKey}{GroupKey}");

    private string PaddingKey => PadLeft == PadRight && PadTop == PadBottom && (PadTop == PadLeft || (PadTop == 0 && InHeight == 1 && KernelHeight == 1))
        ? PadLeft.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{PadTop}.{PadLeft}.{PadBottom}.{PadRight}");

    private string DilationKey => DilationHeight == DilationWidth
        ? DilationWidth.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{DilationHeight}.{DilationWidth}");

    private string GroupKey => Groups == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"_g{Groups}");

    /// <summary>Makes a geometry with one stride, one dilation and the same padding on every side.</summary>
    /// <remarks>The only row of a 1-D convolution (H and KH of 1) is not padded.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="Create(int, int, int, int, Conv2dWindow, int)"/>.</exception>
    public static Conv2dShape Create(
        int inChannels, int inHeight, int inWidth, int outChannels, int kernelHeight, int kernelWidth, int stride, int padding, int dilation = 1, int groups = 1)
    {
        int verticalPadding = inHeight == 1 && kernelHeight == 1 ? 0 : padding;
        var window = new Conv2dWindow
        {
            KernelHeight = kernelHeight,
            KernelWidth = kernelWidth,
            StrideHeight = stride,
            StrideWidth = stride,
            PadTop = verticalPadding,
            PadLeft = padding,
            PadBottom = verticalPadding,
            PadRight = padding,
            DilationHeight = dilation,
            DilationWidth = dilation,
        };
        return Create(inChannels, inHeight, inWidth, outChannels, window, groups);
    }

    /// <summary>Makes a geometry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An extent is below 1, a padding below 0, the kernel larger than the padded image, the groups do not divide both channel
    /// counts, or a tensor would exceed 2^31 - 1 elements.
    /// </exception>
    public static Conv2dShape Create(int inChannels, int inHeight, int inWidth, int outChannels, Conv2dWindow window, int groups = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        window.RequireValid();
        if (inChannels % groups != 0 || outChannels % groups != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(groups), groups, $"{groups} groups do not divide {inChannels} input and {outChannels} output channels.");
        }

        if (window.VerticalSlack(inHeight) < 0 || window.HorizontalSlack(inWidth) < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(window), $"The window, {window}, does not fit a {inHeight}x{inWidth} image.");
        }

        var shape = new Conv2dShape(inChannels, inHeight, inWidth, outChannels, window, groups);
        _ = TensorShape.FromNchw(1, inChannels, inHeight, inWidth);
        _ = TensorShape.FromNchw(outChannels, inChannels / groups, window.KernelHeight, window.KernelWidth);
        _ = TensorShape.FromNchw(1, outChannels, shape.OutHeight, shape.OutWidth);
        return shape;
    }

    /// <summary><c>[N, C, H, W]</c> of the input for a batch.</summary>
    public TensorShape InputShape(int batch = 1) => TensorShape.FromNchw(batch, InChannels, InHeight, InWidth);

    /// <summary><c>[N, OC, OH, OW]</c> of the output for a batch.</summary>
    public TensorShape OutputShape(int batch = 1) => TensorShape.FromNchw(batch, OutChannels, OutHeight, OutWidth);

    /// <summary><c>[OC, C / groups, KH, KW]</c>.</summary>
    public TensorShape WeightShape() => TensorShape.FromNchw(OutChannels, InChannels / Groups, KernelHeight, KernelWidth);

    /// <summary>The layer key.</summary>
    public override string ToString() => ConfigKey;

    private InvalidOperationException Differs(string what) => new($"{ConfigKey} has no single {what}.");
}
