namespace TileProof.HwModel.Timing;

/// <summary>A data cache that replaces the least recently used line.</summary>
/// <param name="CapacityBytes">Bytes of the cache.</param>
/// <param name="WayCount">Lines of a set.</param>
/// <param name="LineBytes">Bytes of a line.</param>
public sealed record DataCacheGeometry(int CapacityBytes, int WayCount, int LineBytes)
{
    /// <summary>The cache of the modelled core: 64 KiB, two ways, 128-byte lines.</summary>
    public static DataCacheGeometry Published { get; } = new(64 * 1024, 2, 128);

    internal int SetCount => CapacityBytes / LineBytes / WayCount;

    /// <summary>Lines of consecutive bytes.</summary>
    public long LinesOf(long bytes) => ConvolutionWork.DivideRoundUp(bytes, LineBytes);

    /// <summary>Lines that miss when the same consecutive bytes are read from begin to end once more.</summary>
    /// <remarks>A set that more lines map to than it has ways replaces each line before it is read again.</remarks>
    public long RepeatedScanMisses(long bytes)
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
