using System.Globalization;

namespace TileProof.Operators;

/// <summary>The extents of a dense tensor in the order <c>[N, C, H, W]</c> (batch, channels, height, width).</summary>
/// <remarks>
/// Every extent is 1 or more, and the element count fits an <see cref="int"/>; the factory checks both.
/// A matrix <c>[rows, columns]</c> is held as <c>[rows, columns, 1, 1]</c>.
/// </remarks>
public readonly record struct TensorShape
{
    private TensorShape(int batch, int channels, int height, int width)
    {
        Batch = batch;
        Channels = channels;
        Height = height;
        Width = width;
    }

    /// <summary>N, the number of images.</summary>
    public int Batch { get; }

    /// <summary>C, the number of channels.</summary>
    public int Channels { get; }

    /// <summary>H, the number of rows.</summary>
    public int Height { get; }

    /// <summary>W, the number of elements in a row.</summary>
    public int Width { get; }

    /// <summary>N * C * H * W.</summary>
    public int ElementCount => Batch * Channels * Height * Width;

    /// <summary>C * H * W, the elements of one image.</summary>
    public int ImageElementCount => Channels * Height * Width;

    /// <summary>H * W, the elements of one channel plane.</summary>
    public int PlaneElementCount => Height * Width;

    /// <summary>Makes a shape <c>[batch, channels, height, width]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An extent is below 1, or the element count exceeds 2^31 - 1.</exception>
    public static TensorShape FromNchw(int batch, int channels, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Int128 elementCount = (Int128)batch * channels * height * width;
        if (elementCount > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batch),
                string.Create(CultureInfo.InvariantCulture, $"[{batch}, {channels}, {height}, {width}] has {elementCount} elements; at most {int.MaxValue} are supported."));
        }

        return new TensorShape(batch, channels, height, width);
    }

    /// <summary>Makes a matrix shape <c>[rows, columns, 1, 1]</c>.</summary>
    public static TensorShape FromMatrix(int rows, int columns) => FromNchw(rows, columns, 1, 1);

    /// <summary>The offset, in elements, of <c>[n, c, y, x]</c> in a dense row-major tensor of this shape.</summary>
    public int OffsetOf(int n, int c, int y, int x) => (((((n * Channels) + c) * Height) + y) * Width) + x;

    /// <summary>The inverse of <see cref="OffsetOf"/>.</summary>
    public TensorIndex IndexOf(int elementOffset)
    {
        int x = elementOffset % Width;
        int row = elementOffset / Width;
        int plane = row / Height;
        return new TensorIndex(plane / Channels, plane % Channels, row % Height, x);
    }

    /// <summary>This shape with another batch size.</summary>
    public TensorShape WithBatch(int batch) => FromNchw(batch, Channels, Height, Width);

    /// <summary><c>[N, C, H, W]</c> with the extents filled in.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"[{Batch}, {Channels}, {Height}, {Width}]");
}
