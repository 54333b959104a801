namespace TileProof.HwModel.HostSimd;

/// <summary>Scratch of the convolution arithmetic, kept for the life of a thread so that a tile allocates nothing.</summary>
/// <remarks>Its size is that of the largest tile so far; what it holds between tiles is garbage, except packed inputs, packed coefficients and the bytes they were made from.</remarks>
internal sealed class ConvolutionWorkspace
{
    /// <summary>A program walks row tiles inside channel tiles: this many row tiles are packed once for all channel tiles.</summary>
    private const int RememberedInputs = 16;

    [ThreadStatic]
    private static ConvolutionWorkspace? current;

    private byte[] rows = [];
    private byte[] lastWeights = [];
    private readonly PackedBytes[] packedInputs = [.. Enumerable.Range(0, RememberedInputs).Select(static _ => new PackedBytes())];
    private readonly PackedBytes packedCoefficients = new();
    private byte[] values = [];
    private short[] widePlanes = [];
    private int[] firstSums = [];
    private int[] sums = [];
    private int nextPackedInput;

    /// <summary>The scratch of the calling thread.</summary>
    public static ConvolutionWorkspace OfThisThread => current ??= new ConvolutionWorkspace();

    /// <summary>Input bytes, one row per tap.</summary>
    public Span<byte> Rows(int length) => AtLeast(ref rows, length);

    /// <summary>The coefficients of the last channel with room behind them.</summary>
    public Span<byte> LastWeights(int length) => AtLeast(ref lastWeights, length);

    /// <summary>Sums of products of a whole tile.</summary>
    public Span<int> Sums(int length) => AtLeast(ref sums, length);

    /// <summary>Interleaved input values of a block of positions.</summary>
    public Span<byte> Values(int length) => AtLeast(ref values, length);

    /// <summary>Planes of the input, widened to 16 bits.</summary>
    public Span<short> WidePlanes(int length) => AtLeast(ref widePlanes, length);

    /// <summary>Where the sums of every output channel start.</summary>
    public Span<int> FirstSums(int length) => AtLeast(ref firstSums, length);

    /// <summary>The packed form of an input tile, from one of the last few tiles if its bytes were the same.</summary>
    /// <param name="length">Bytes of the packed form.</param>
    /// <param name="input">The bytes to pack, as they lie in memory now.</param>
    /// <param name="geometry">How they are packed.</param>
    /// <param name="isCurrent">Whether it holds exactly these bytes packed already, which was found by comparing every one of them.</param>
    public Span<byte> PackedInput(int length, ReadOnlySpan<byte> input, WindowGeometry geometry, out bool isCurrent)
    {
        foreach (PackedBytes packed in packedInputs)
        {
            if (packed.Holds(input, geometry))
            {
                isCurrent = true;
                return packed.Values(length);
            }
        }

        isCurrent = false;
        PackedBytes oldest = packedInputs[nextPackedInput++ % RememberedInputs];
        oldest.Replace(input, geometry);
        return oldest.Values(length);
    }

    /// <summary>The packed form of the coefficients of a tile, from the last tile if its bytes were the same.</summary>
    /// <param name="coefficients">The bytes to pack, as they lie in memory now.</param>
    /// <param name="geometry">How they are packed.</param>
    /// <param name="isCurrent">Whether it holds exactly these bytes packed already, which was found by comparing every one of them.</param>
    public PackedBytes PackedCoefficients(ReadOnlySpan<byte> coefficients, in WindowGeometry geometry, out bool isCurrent)
    {
        isCurrent = packedCoefficients.Holds(coefficients, geometry);
        if (!isCurrent)
        {
            packedCoefficients.Replace(coefficients, geometry);
        }

        return packedCoefficients;
    }

    internal static Span<T> AtLeast<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[length];
        }

        return array.AsSpan(0, length);
    }
}
