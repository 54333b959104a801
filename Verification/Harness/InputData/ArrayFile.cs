using System.Globalization;
using TileProof.Operators;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.InputData;

/// <summary>A .npy, .bin or IDX file: one array that holds all images.</summary>
internal sealed class ArrayFile : IImageFile
{
    private readonly string path;
    private readonly DataLayout layout;
    private readonly ForwardFile file;
    private readonly ArrayHeader header;
    private readonly int channels;
    private readonly int height;
    private readonly int width;
    private readonly byte[] imageBytes;

    private ArrayFile(string path, ForwardFile file, ArrayHeader header, TensorShape input, DataLayout layout)
    {
        this.path = path;
        this.file = file;
        this.header = header;
        this.layout = layout;
        (Count, channels, height, width) = header.ImagesFor(input, layout)
            ?? throw new FixtureException(path, "shape", $"{ArrayHeader.Describe(header.Extents)} is no shape of images of {input.Channels}x{input.Height}x{input.Width}");
        long needed = (long)channels * height * width * header.Type.SizeBytes();
        if (needed > Array.MaxLength || (needed == 0 && Count > 0))
        {
            throw new FixtureException(path, "shape", string.Create(CultureInfo.InvariantCulture, $"an image of {channels}x{height}x{width} takes {needed} bytes"));
        }

        long expected = header.OffsetBytes + (Count * needed);
        if (!file.IsCompressed && file.LengthBytes != expected)
        {
            throw new FixtureException(
                path, null, string.Create(CultureInfo.InvariantCulture, $"it has {file.LengthBytes} bytes, but {ArrayHeader.Describe(header.Extents)} numbers of type {header.Type.ToString().ToLowerInvariant()} take {expected}"));
        }

        imageBytes = new byte[needed];
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Opens a NumPy file.</summary>
    public static ArrayFile OpenNpy(string path, TensorShape input, DataLayout layout) => Open(path, input, layout, file => file.ReadStart(stream => NpyHeader.Read(stream, path)));

    /// <summary>Opens an IDX file. Rows and columns, or channels before or behind them as <paramref name="layout"/> says.</summary>
    public static ArrayFile OpenIdx(string path, TensorShape input, DataLayout layout) => Open(path, input, layout, file => file.ReadStart(stream => IdxHeader.Read(stream, path)));

    /// <summary>Opens a file of numbers only.</summary>
    public static ArrayFile OpenRaw(string path, TensorShape input, InputDataOptions options) => Open(path, input, options.Layout, file =>
    {
        IReadOnlyList<int> shape = options.Shape
            ?? (options.Layout == DataLayout.Nhwc ? [input.Height, input.Width, input.Channels] : [input.Channels, input.Height, input.Width]);
        long bytes = shape.Aggregate((long)options.NumberType.SizeBytes(), static (product, extent) => product * extent);
        if (file.IsCompressed || file.LengthBytes % bytes != 0 || file.LengthBytes / bytes > int.MaxValue)
        {
            throw new FixtureException(
                path, null, string.Create(CultureInfo.InvariantCulture, $"{file.LengthBytes} bytes are no whole number of images of {ArrayHeader.Describe(shape)} numbers of type {options.NumberType.ToString().ToLowerInvariant()}, {bytes} bytes each; say what they are with --data-type and --data-shape"));
        }

        int count = (int)(file.LengthBytes / bytes);
        return new ArrayHeader(options.NumberType, IsBigEndian: false, 0, shape.Count == 3 ? [count, .. shape] : options.Layout == DataLayout.Nhwc ? [count, .. shape, 1] : [count, 1, .. shape]);
    });

    /// <inheritdoc/>
    public RawImage Read(int index)
    {
        if (!file.TryRead(header.OffsetBytes + ((long)index * imageBytes.Length), imageBytes))
        {
            throw new FixtureException(path, string.Create(CultureInfo.InvariantCulture, $"image {index}"), string.Create(CultureInfo.InvariantCulture, $"the file ends within it, expected {Count} images"));
        }

        var elements = new float[channels * height * width];
        Numbers.Read(imageBytes, header.Type, header.IsBigEndian, elements);
        return layout == DataLayout.Nhwc && channels > 1
            ? RawImage.FromChannelsLast(channels, height, width, elements)
            : new RawImage(channels, height, width, elements);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static ArrayFile Open(string path, TensorShape input, DataLayout layout, Func<ForwardFile, ArrayHeader> headerOf)
    {
        var file = new ForwardFile(path);
        try
        {
            return new ArrayFile(path, file, headerOf(file), input, layout);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
