using System.Buffers.Binary;
using System.Globalization;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.InputData;

/// <summary>Reads the header of an IDX file, the form of MNIST and its relatives: two zeros, the type, the number of extents, the extents; all big-endian.</summary>
internal static class IdxHeader
{
    private const int MagicBytes = 4;

    /// <summary>Whether a file may be one, by its first bytes.</summary>
    public static bool IsIdx(ReadOnlySpan<byte> start) => start.Length >= MagicBytes && start[0] == 0 && start[1] == 0 && TypeOf(start[2]) is not null && start[3] is >= 1 and <= 4;

    /// <summary>Reads the header and leaves the stream behind it.</summary>
    /// <exception cref="FixtureException">It is no such file.</exception>
    public static ArrayHeader Read(Stream stream, string path)
    {
        Span<byte> magic = stackalloc byte[MagicBytes];
        if (stream.ReadAtLeast(magic, MagicBytes, throwOnEndOfStream: false) < MagicBytes || !IsIdx(magic))
        {
            throw new FixtureException(path, "header", "it is no IDX file, which begins with 0, 0, the type and 1 to 4 extents");
        }

        var extents = new int[magic[3]];
        Span<byte> extent = stackalloc byte[sizeof(int)];
        for (int i = 0; i < extents.Length; i++)
        {
            if (stream.ReadAtLeast(extent, extent.Length, throwOnEndOfStream: false) < extent.Length)
            {
                throw new FixtureException(path, "header", "the file ends within it");
            }

            extents[i] = BinaryPrimitives.ReadInt32BigEndian(extent);
        }

        return ArrayHeader.IsPossible(extents)
            ? new ArrayHeader(TypeOf(magic[2])!.Value, IsBigEndian: true, MagicBytes + (extents.Length * sizeof(int)), extents)
            : throw new FixtureException(path, "header", string.Create(CultureInfo.InvariantCulture, $"{ArrayHeader.Describe(extents)} is no shape of images"));
    }

    private static NumberType? TypeOf(byte code) => code switch
    {
        0x08 => NumberType.U8,
        0x09 => NumberType.I8,
        0x0B => NumberType.I16,
        0x0C => NumberType.I32,
        0x0D => NumberType.F32,
        0x0E => NumberType.F64,
        _ => null,
    };
}
