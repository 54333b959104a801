using System.Globalization;

namespace TileProof.Operators;

/// <summary>The geometry of a pooling over images <c>[N, C, H, W]</c>. Padding never wins a maximum, and no average counts it.</summary>
public readonly record struct MaxPool2dShape
{
    private MaxPool2dShape(int channels, int inHeight, int inWidth, Conv2dWindow window)
    {
        Channels = channels;
        InHeight = inHeight;
        InWidth = inWidth;
        Window = window;
        OutHeight = checked((int)(window.VerticalSlack(inHeight) / window.StrideHeight) + 1);
        OutWidth = checked((int)(window.HorizontalSlack(inWidth) / window.StrideWidth) + 1);
    }

    /// <summary>C, channels of input and output.</summary>
    public int Channels { get; }

    /// <summary>H, input rows.</summary>
    public int InHeight { get; }

    /// <summary>W, input columns.</summary>
    public int InWidth { get; }

    /// <summary>Which elements of a plane an output element reads; without dilation.</summary>
    public Conv2dWindow Window { get; }

    /// <summary>KH, window rows.</summary>
    public int KernelHeight => Window.KernelHeight;

    /// <summary>KW, window columns.</summary>
    public int KernelWidth => Window.KernelWidth;

    /// <summary>Input rows from one output row to the next.</summary>
    public int StrideHeight => Window.StrideHeight;

    /// <summary>Input columns from one output column to the next.</summary>
    public int StrideWidth => Window.StrideWidth;

    /// <summary>Rows added above.</summary>
    public int PadTop => Window.PadTop;

    /// <summary>Columns added to the left.</summary>
    public int PadLeft => Window.PadLeft;

    /// <summary>Columns of an image with those added on both sides.</summary>
    public int PaddedWidth => PadLeft + InWidth + Window.PadRight;

    /// <summary>Whether both directions have one stride, and all sides as much padding: the published programs and tables know no other.</summary>
    public bool IsUniform => StrideHeight == StrideWidth && PadTop == PadLeft && PadTop == Window.PadBottom && PadLeft == Window.PadRight;

    /// <summary>Whether no window reads padding.</summary>
    public bool IsInsideImage => Window is { PadTop: 0, PadLeft: 0, PadBottom: 0, PadRight: 0 };

    /// <summary>The step of the window of a uniform pooling.</summary>
    public int Stride => StrideHeight;

    /// <summary>Rows and columns added on every side of a uniform pooling.</summary>
    public int Padding => PadTop;

    /// <summary>OH, output rows.</summary>
    public int OutHeight { get; }

    /// <summary>OW, output columns.</summary>
    public int OutWidth { get; }

    /// <summary>The layer key of the published tables: <c>C_H_W_kh_kw_sh_sw_ph_pw</c>; the padding below and to the right follows where it is another.</summary>
    public string ConfigKey => string.Create(
        CultureInfo.InvariantCulture,
        $"{Channels}_{InHeight}_{InWidth}_{KernelHeight}_{KernelWidth}_{StrideHeight}_{StrideWidth}_{PadTop}_{PadLeft}{(Window.PadBottom == PadTop && Window.PadRight == PadLeft ? "" : $"_{Window.PadBottom}_{Window.PadRight}")}");

    /// <summary>Makes a uniform pooling geometry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An extent is below 1, the padding is below 0 or as large as the window, or the window is larger than the padded image.
    /// </exception>
    public static MaxPool2dShape Create(int channels, int inHeight, int inWidth, int kernelHeight, int kernelWidth, int stride, int padding)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        return Create(channels, inHeight, inWidth, new Conv2dWindow
        {
            KernelHeight = kernelHeight,
            KernelWidth = kernelWidth,
            StrideHeight = stride,
            StrideWidth = stride,
            PadTop = padding,
            PadLeft = padding,
            PadBottom = padding,
            PadRight = padding,
            DilationHeight = 1,
            DilationWidth = 1,
        });
    }

    /// <summary>Makes a pooling geometry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An extent is below 1, a padding is below 0 or as large as the window, the window is dilated, or it is larger than the padded image.
    /// </exception>
    public static MaxPool2dShape Create(int channels, int inHeight, int inWidth, Conv2dWindow window)
    {
        window.RequireValid();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(window.DilationHeight, window.DilationWidth), 1, "dilation");
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Math.Max(window.PadTop, window.PadBottom), window.KernelHeight, "padding");
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Math.Max(window.PadLeft, window.PadRight), window.KernelWidth, "padding");
        _ = TensorShape.FromNchw(1, channels, inHeight, inWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window.KernelHeight, (long)inHeight + window.PadTop + window.PadBottom, "kernelHeight");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window.KernelWidth, (long)inWidth + window.PadLeft + window.PadRight, "kernelWidth");
        return new MaxPool2dShape(channels, inHeight, inWidth, window);
    }

    /// <summary><c>[N, C, H, W]</c> of the input for a batch.</summary>
    public TensorShape InputShape(int batch = 1) => TensorShape.FromNchw(batch, Channels, InHeight, InWidth);

    /// <summary><c>[N, C, OH, OW]</c> of the output for a batch.</summary>
    public TensorShape OutputShape(int batch = 1) => TensorShape.FromNchw(batch, Channels, OutHeight, OutWidth);
}
