using System.Buffers.Binary;
using System.Globalization;

namespace TileProof.Golden.Import.Pte;

/// <summary>The bytes of a flatbuffer. Every read is checked against the end of the buffer; nothing is allocated from a claimed length.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="data">The bytes, from the root offset on.</param>
internal sealed class FlatBuffer(string path, ReadOnlyMemory<byte> data)
{
    private const int RootOffsetBytes = sizeof(uint);

    public string Path { get; } = path;

    public ReadOnlyMemory<byte> Data { get; } = data;

    public FlatTable Root(string name)
    {
        if (Data.Length < RootOffsetBytes)
        {
            throw Fault("flatbuffer", $"has {Data.Length} bytes, expected a root offset");
        }

        return Table(FollowOffset(0, name), name);
    }

    public FlatTable Table(int position, string name)
    {
        long vtable = (long)position - ReadInt32(position, name);
        if (vtable < 0 || vtable > Data.Length - (2 * sizeof(ushort)))
        {
            throw Fault(name, At($"its vtable lies outside the buffer", position));
        }

        int vtableBytes = ReadUInt16((int)vtable, name);
        if (vtableBytes < 2 * sizeof(ushort) || vtable + vtableBytes > Data.Length)
        {
            throw Fault(name, At($"the table claims a vtable of {vtableBytes} bytes, which does not fit the buffer", position));
        }

        // The size of the table that the vtable states is that of another one where a writer shares vtables by their fields alone, as the builder
        // for Python does; fields are held against the buffer instead.
        return new FlatTable(this, name, position, (int)vtable, vtableBytes);
    }

    /// <summary>The absolute position that the relative offset at <paramref name="position"/> points to.</summary>
    public int FollowOffset(int position, string name)
    {
        long target = position + (long)BinaryPrimitives.ReadUInt32LittleEndian(Bytes(position, sizeof(uint), name));
        return target <= Data.Length - sizeof(int) && target > position
            ? (int)target
            : throw Fault(name, At($"an offset points to byte {target} of {Data.Length}", position));
    }

    public int ReadInt32(int position, string name) => BinaryPrimitives.ReadInt32LittleEndian(Bytes(position, sizeof(int), name));

    public ushort ReadUInt16(int position, string name) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(position, sizeof(ushort), name));

    public ReadOnlySpan<byte> Bytes(int position, int count, string name) =>
        position >= 0 && count >= 0 && (long)position + count <= Data.Length
            ? Data.Span.Slice(position, count)
            : throw Fault(name, At($"{count} bytes are expected, but the buffer ends at {Data.Length}", position));

    public ModelFormatException Fault(string place, string problem) => new(Path, place, problem);

    private static string At(string problem, int position) => string.Create(CultureInfo.InvariantCulture, $"byte {position}: {problem}");
}
