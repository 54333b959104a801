namespace TileProof.HwModel.Executors;

/// <summary>An input tile in the layout of a vector form, with a copy of the bytes that it was made from.</summary>
internal sealed class PackedInput
{
    private byte[] source = [];
    private byte[] values = [];
    private int sourceLength;
    private WindowGeometry geometry;

    /// <summary>Whether it was made in this way from bytes equal to these.</summary>
    public bool Holds(ReadOnlySpan<byte> input, in WindowGeometry wanted) => geometry == wanted && input.SequenceEqual(source.AsSpan(0, sourceLength));

    /// <summary>Notes what <see cref="Values"/> will be made from.</summary>
    public void Replace(ReadOnlySpan<byte> input, in WindowGeometry newGeometry)
    {
        input.CopyTo(ConvolutionWorkspace.AtLeast(ref source, input.Length));
        sourceLength = input.Length;
        geometry = newGeometry;
    }

    /// <summary>Room for the packed values.</summary>
    public Span<byte> Values(int length) => ConvolutionWorkspace.AtLeast(ref values, length);
}
