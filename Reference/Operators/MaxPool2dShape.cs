using System.Globalization;

namespace TileProof.Operators;

/// <summary>The geometry of a max pooling over float32 images <c>[N, C, H, W]</c>.</summary>
public readonly record struct MaxPool2dShape
{
    private MaxPool2dShape(int channels, int inHeight, int inWidth, int kernelHeight, int kernelWidth, int stride, int padding)
    {
        Channels = channels;
        InHeight = inHeight;
        InWidth = inWidth;
        KernelHeight = kernelHeight;
        KernelWidth = kernelWidth;
        Stride = stride;
        Padding = padding;
        OutHeight = checked((int)(((long)inHeight + (2L * padding) - kernelHeight) / stride) + 1);
        OutWidth = checked((int)(((long)inWidth + (2L * padding) - kernelWidth) / stride) + 1);
    }

    /// <summary>C, channels of input and output.</summary>
    public int Channels { get; }

    /// <summary>H, input rows.</summary>
    public int InHeight { get; }

    /// <summary>W, input columns.</summary>
    public int InWidth { get; }

    /// <summary>KH, window rows.</summary>
    public int KernelHeight { get; }

    /// <summary>KW, window columns.</summary>
    public int KernelWidth { get; }

    /// <summary>The step of the window in both directions.</summary>
    public int Stride { get; }

    /// <summary>Rows and columns added on every side; they never win the maximum.</summary>
    public int Padding { get; }

    /// <summary>OH, output rows.</summary>
    public int OutHeight { get; }

    /// <summary>OW, output columns.</summary>
    public int OutWidth { get; }

    /// <summary>The layer key of the published tables: <c>C_H_W_kh_kw_sh_sw_ph_pw</c>.</summary>
    public string ConfigKey => string.Create(
        CultureInfo.InvariantCulture, $"{Channels}_{InHeight}_{InWidth}_{KernelHeight}_{KernelWidth}_{Stride}_{Stride}_{Padding}_{Padding}");

    /// <summary>Makes a pooling geometry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An extent is below 1, the padding is below 0 or more than half the window, or the window is larger than the padded image.
    /// </exception>
    public static MaxPool2dShape Create(int channels, int inHeight, int inWidth, int kernelHeight, int kernelWidth, int stride, int padding)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding, Math.Min(kernelHeight, kernelWidth) / 2);
        _ = TensorShape.FromNchw(1, channels, inHeight, inWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kernelHeight, inHeight + (2 * padding));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kernelWidth, inWidth + (2 * padding));
        return new MaxPool2dShape(channels, inHeight, inWidth, kernelHeight, kernelWidth, stride, padding);
    }

    /// <summary><c>[N, C, H, W]</c> of the input for a batch.</summary>
    public TensorShape InputShape(int batch = 1) => TensorShape.FromNchw(batch, Channels, InHeight, InWidth);

    /// <summary><c>[N, C, OH, OW]</c> of the output for a batch.</summary>
    public TensorShape OutputShape(int batch = 1) => TensorShape.FromNchw(batch, Channels, OutHeight, OutWidth);
}
