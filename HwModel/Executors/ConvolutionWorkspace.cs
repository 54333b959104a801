namespace TileProof.HwModel.Executors;

/// <summary>Scratch of the convolution arithmetic, kept for the life of a thread so that a tile allocates nothing.</summary>
/// <remarks>Its size is that of the largest tile so far; what it holds between tiles is garbage, except the windows and what they were made from.</remarks>
internal sealed class ConvolutionWorkspace
{
    [ThreadStatic]
    private static ConvolutionWorkspace? current;

    private byte[] rows = [];
    private byte[] lastWeights = [];
    private byte[] windowSource = [];
    private short[] values = [];
    private short[] windows = [];
    private short[] weights = [];
    private int windowSourceLength;
    private WindowGeometry windowGeometry;

    /// <summary>The scratch of the calling thread.</summary>
    public static ConvolutionWorkspace OfThisThread => current ??= new ConvolutionWorkspace();

    /// <summary>Input bytes, one row per tap.</summary>
    public Span<byte> Rows(int length) => AtLeast(ref rows, length);

    /// <summary>The coefficients of the last channel with room behind them.</summary>
    public Span<byte> LastWeights(int length) => AtLeast(ref lastWeights, length);

    /// <summary>Interleaved input values of a block of positions.</summary>
    public Span<short> Values(int length) => AtLeast(ref values, length);

    /// <summary>Widened coefficients.</summary>
    public Span<short> Weights(int length) => AtLeast(ref weights, length);

    /// <summary>One row of input values per position.</summary>
    /// <param name="length">int16 values.</param>
    /// <param name="input">The bytes that the windows are made of, as they lie in memory now.</param>
    /// <param name="geometry">How they are made.</param>
    /// <param name="isCurrent">Whether the windows hold exactly these bytes already, which was found by comparing every one of them.</param>
    public Span<short> Windows(int length, ReadOnlySpan<byte> input, WindowGeometry geometry, out bool isCurrent)
    {
        isCurrent = geometry == windowGeometry && input.SequenceEqual(windowSource.AsSpan(0, windowSourceLength));
        if (!isCurrent)
        {
            input.CopyTo(AtLeast(ref windowSource, input.Length));
            windowSourceLength = input.Length;
            windowGeometry = geometry;
        }

        return AtLeast(ref windows, length);
    }

    private static Span<T> AtLeast<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[length];
        }

        return array.AsSpan(0, length);
    }
}
