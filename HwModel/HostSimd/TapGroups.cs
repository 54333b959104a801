using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TileProof.HwModel.HostSimd;

/// <summary>Coefficients of one output channel in groups of four bytes.</summary>
internal static class TapGroups
{
    /// <summary>Bytes of a group.</summary>
    public const int GroupBytes = 4;

    /// <summary>Output channels that are multiplied together.</summary>
    public const int BlockChannels = 4;

    /// <summary>Two taps a group, as int16; taps that the source does not have become zero.</summary>
    public static void PackPairs(ReadOnlySpan<byte> source, Span<byte> target)
    {
        Span<short> pairs = MemoryMarshal.Cast<byte, short>(target);
        int tap = 0;
        for (; tap <= source.Length - Vector128<sbyte>.Count; tap += Vector128<sbyte>.Count)
        {
            (Vector128<short> lower, Vector128<short> upper) = Vector128.Widen(Vector128.Create(source.Slice(tap, Vector128<byte>.Count)).AsSByte());
            lower.CopyTo(pairs[tap..]);
            upper.CopyTo(pairs[(tap + Vector128<short>.Count)..]);
        }

        for (; tap < source.Length; tap++)
        {
            pairs[tap] = unchecked((sbyte)source[tap]);
        }

        pairs[tap..].Clear();
    }

    /// <summary>Four taps a group, as they are; taps that the source does not have become zero.</summary>
    public static void PackQuads(ReadOnlySpan<byte> source, Span<byte> target)
    {
        source.CopyTo(target);
        target[source.Length..].Clear();
    }
}
