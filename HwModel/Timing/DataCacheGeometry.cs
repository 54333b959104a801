namespace TileProof.HwModel.Timing;

/// <summary>A data cache that replaces the least recently used line.</summary>
/// <param name="CapacityBytes">Bytes of the cache.</param>
/// <param name="WayCount">Lines of a set.</param>
/// <param name="LineBytes">Bytes of a line.</param>
public sealed record DataCacheGeometry(int CapacityBytes, int WayCount, int LineBytes)
{
    /// <summary>The cache of the modelled core: 64 KiB, two ways, 128-byte lines.</summary>
    public static DataCacheGeometry Published { get; } = new(64 * 1024, 2, 128);

    /// <summary>Lines that lie in the cache at a time.</summary>
    public int SetCount => CapacityBytes / LineBytes / WayCount;
}
