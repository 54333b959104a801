using System.Globalization;
using System.Text;

namespace TileProof.Verification.Export;

/// <summary>Writes NumPy array files, format version 1.0, C order.</summary>
public static class NpyFile
{
    private const int AlignmentBytes = 64;
    private const int PreambleBytes = 10;

    /// <summary>The bytes of a file.</summary>
    /// <param name="typeDescription">The NumPy type, such as <c>|i1</c>, <c>&lt;i4</c> or <c>&lt;f4</c>.</param>
    /// <param name="dimensions">The extents.</param>
    /// <param name="elements">The elements, little-endian, row-major.</param>
    public static byte[] Create(string typeDescription, IReadOnlyList<int> dimensions, ReadOnlySpan<byte> elements)
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        string extents = string.Concat(dimensions.Select(static extent => string.Create(CultureInfo.InvariantCulture, $"{extent}, "))).TrimEnd();
        string header = $"{{'descr': '{typeDescription}', 'fortran_order': False, 'shape': ({(dimensions.Count == 1 ? extents : extents.TrimEnd(','))}), }}";
        int unpadded = PreambleBytes + header.Length + 1;
        header = header.PadRight(header.Length + ((AlignmentBytes - (unpadded % AlignmentBytes)) % AlignmentBytes)) + "\n";
        byte[] preamble = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8)];
        return [.. preamble, .. Encoding.ASCII.GetBytes(header), .. elements];
    }
}
