using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.InputData;

/// <summary>Reads the header of a NumPy array file, format versions 1.0 to 3.0.</summary>
internal static partial class NpyHeader
{
    private const int LargestHeaderBytes = 64 * 1024;

    private static readonly Dictionary<string, NumberType> Types = new(StringComparer.Ordinal)
    {
        ["u1"] = NumberType.U8, ["i1"] = NumberType.I8, ["i2"] = NumberType.I16, ["i4"] = NumberType.I32, ["i8"] = NumberType.I64,
        ["f2"] = NumberType.F16, ["f4"] = NumberType.F32, ["f8"] = NumberType.F64,
    };

    /// <summary>Reads the header and leaves the stream behind it.</summary>
    /// <exception cref="FixtureException">It is no such file, or one of numbers that are not read here.</exception>
    public static ArrayHeader Read(Stream stream, string path)
    {
        Span<byte> preamble = stackalloc byte[8];
        if (stream.ReadAtLeast(preamble, preamble.Length, throwOnEndOfStream: false) < preamble.Length || preamble[0] != 0x93 || !preamble[1..6].SequenceEqual("NUMPY"u8))
        {
            throw new FixtureException(path, "header", "it is no NumPy file, which begins with \\x93NUMPY");
        }

        int lengthBytes = preamble[6] == 1 ? 2 : 4;
        Span<byte> lengthField = stackalloc byte[4];
        lengthField.Clear();
        stream.ReadAtLeast(lengthField[..lengthBytes], lengthBytes, throwOnEndOfStream: false);
        int length = BitConverter.ToInt32(lengthField);
        if (length is <= 0 or > LargestHeaderBytes)
        {
            throw new FixtureException(path, "header", string.Create(CultureInfo.InvariantCulture, $"it takes {length} bytes, expected 1 to {LargestHeaderBytes}"));
        }

        var text = new byte[length];
        if (stream.ReadAtLeast(text, length, throwOnEndOfStream: false) < length)
        {
            throw new FixtureException(path, "header", "the file ends within it");
        }

        string header = Encoding.Latin1.GetString(text);
        Match type = Description().Match(header);
        if (!type.Success || !Types.TryGetValue(type.Groups["type"].Value, out NumberType number))
        {
            throw new FixtureException(path, "descr", $"{(type.Success ? $"'{type.Groups["order"].Value}{type.Groups["type"].Value}'" : "missing or no plain type")}, expected one of {string.Join(", ", Types.Keys)}");
        }

        if (!RowMajor().IsMatch(header))
        {
            throw new FixtureException(path, "fortran_order", "the array is stored column by column, expected row by row: save it with numpy.ascontiguousarray");
        }

        Match shape = Shape().Match(header);
        int[] extents = [.. shape.Groups["extents"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(static extent => int.TryParse(extent, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : -1)];
        return shape.Success && extents.Length > 0 && ArrayHeader.IsPossible(extents)
            ? new ArrayHeader(number, type.Groups["order"].Value == ">", preamble.Length + lengthBytes + length, extents)
            : throw new FixtureException(path, "shape", $"({shape.Groups["extents"].Value}) is no shape of images");
    }

    [GeneratedRegex(@"'descr'\s*:\s*'(?<order>[<>|=]?)(?<type>[a-zA-Z]\d*)'", RegexOptions.ExplicitCapture)]
    private static partial Regex Description();

    [GeneratedRegex(@"'fortran_order'\s*:\s*False", RegexOptions.ExplicitCapture)]
    private static partial Regex RowMajor();

    [GeneratedRegex(@"'shape'\s*:\s*\((?<extents>[^)]*)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
