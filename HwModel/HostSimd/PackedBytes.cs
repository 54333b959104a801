namespace TileProof.HwModel.HostSimd;

/// <summary>Bytes of a tile in the layout of a vector form, with a copy of the bytes that they were made from.</summary>
internal sealed class PackedBytes
{
    /// <summary>Bytes behind the copy that may be read, whatever they hold.</summary>
    public const int SlackBytes = 64;

    private byte[] source = [];
    private byte[] values = [];
    private int sourceLength;
    private WindowGeometry geometry;

    /// <summary>The bytes that it was made from, then <see cref="SlackBytes"/>.</summary>
    public ReadOnlySpan<byte> Source => source.AsSpan(0, sourceLength + SlackBytes);

    /// <summary>Whether it was made in this way from bytes equal to these.</summary>
    public bool Holds(ReadOnlySpan<byte> bytes, in WindowGeometry wanted) => geometry == wanted && bytes.SequenceEqual(source.AsSpan(0, sourceLength));

    /// <summary>Notes what <see cref="Values"/> will be made from.</summary>
    public void Replace(ReadOnlySpan<byte> bytes, in WindowGeometry newGeometry)
    {
        bytes.CopyTo(ConvolutionWorkspace.AtLeast(ref source, bytes.Length + SlackBytes));
        sourceLength = bytes.Length;
        geometry = newGeometry;
    }

    /// <summary>Room for the packed values.</summary>
    public Span<byte> Values(int length) => ConvolutionWorkspace.AtLeast(ref values, length);
}
