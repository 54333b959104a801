using System.Globalization;
using TileProof.Operators;

namespace TileProof.Verification.InputData;

/// <summary>What a file with an array says of it before the numbers.</summary>
/// <param name="Type">The numbers.</param>
/// <param name="IsBigEndian">Whether their first byte is the highest.</param>
/// <param name="OffsetBytes">Where the numbers begin.</param>
/// <param name="Extents">The extents of the array, the slowest first.</param>
internal sealed record ArrayHeader(NumberType Type, bool IsBigEndian, int OffsetBytes, IReadOnlyList<int> Extents)
{
    private const int LargestExtent = 1 << 28;

    /// <summary>The array as images.</summary>
    /// <param name="input">The network's input, which tells what an array of fewer than four extents is.</param>
    /// <param name="layout">Where channels stand.</param>
    /// <returns>Images, channels, rows, columns; null where the extents are those of no images.</returns>
    public (int Count, int Channels, int Height, int Width)? ImagesFor(TensorShape input, DataLayout layout)
    {
        bool last = layout == DataLayout.Nhwc;
        return Extents switch
        {
            [var n, var a, var b, var c] => last ? (n, c, a, b) : (n, a, b, c),
            [var a, var b, var c] when (last ? c : a) == input.Channels => last ? (1, c, a, b) : (1, a, b, c),
            [var n, var h, var w] => (n, 1, h, w),
            [var n, var elements] when elements == input.ImageElementCount => (n, input.Channels, input.Height, input.Width),
            [var h, var w] => (1, 1, h, w),
            [var elements] when elements == input.ImageElementCount => (1, input.Channels, input.Height, input.Width),
            _ => null,
        };
    }

    /// <summary>The extents as text, such as <c>1000x3x64x64</c>.</summary>
    public static string Describe(IReadOnlyList<int> extents) => string.Join('x', extents.Select(static extent => extent.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Whether the array can be counted with 31 bits.</summary>
    public static bool IsPossible(IReadOnlyList<int> extents) =>
        extents.All(static extent => extent is >= 0 and <= LargestExtent) && extents.Skip(1).Aggregate(1L, static (product, extent) => Math.Min(product * extent, long.MaxValue >> 29)) <= LargestExtent;
}
