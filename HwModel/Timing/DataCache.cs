namespace TileProof.HwModel.Timing;

/// <summary>The data cache of the modelled core: 64 KiB, two ways, 128-byte lines, least recently used.</summary>
public static class DataCache
{
    /// <summary>Bytes of a line.</summary>
    public const int LineBytes = 128;

    /// <summary>Bytes of the cache.</summary>
    public const int CapacityBytes = 64 * 1024;

    private const int WayCount = 2;
    private const int SetCount = CapacityBytes / LineBytes / WayCount;

    /// <summary>Lines of consecutive bytes.</summary>
    public static long LinesOf(long bytes) => ConvolutionWork.DivideRoundUp(bytes, LineBytes);

    /// <summary>Lines that miss when the same consecutive bytes are read from begin to end once more.</summary>
    /// <remarks>A set that more lines map to than it has ways replaces each line before it is read again.</remarks>
    public static long RepeatedScanMisses(long bytes)
    {
        long lines = LinesOf(bytes);
        long perSet = lines / SetCount;
        long fullerSets = lines % SetCount;
        long misses = 0;
        if (perSet > WayCount)
        {
            misses += perSet * (SetCount - fullerSets);
        }

        if (perSet + 1 > WayCount)
        {
            misses += (perSet + 1) * fullerSets;
        }

        return misses;
    }
}
