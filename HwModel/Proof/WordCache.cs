namespace TileProof.HwModel.Proof;

/// <summary>A write-back data cache in front of system memory that DMA does not see: which words the core and DMA do not have in common.</summary>
/// <remarks>
/// Operator contract, section 0.4, at its worst: every line that the core wrote is dirty until it is written back, also those of tensors that
/// it wrote before the call, and may be evicted at any time; every line that DMA wrote is stale until the core drops it.
/// </remarks>
internal sealed class WordCache
{
    private const int LineBytes = Machine.SystemMemory.CacheLineBytes;

    private bool[] dirty = [];
    private bool[] stale = [];

    /// <summary>The core wrote these bytes, or somebody before the call.</summary>
    public void CoreWrote(long start, long length)
    {
        Mark(ref dirty, start, length, value: true);
        Mark(ref stale, start, length, value: false);
    }

    /// <summary>DMA wrote these bytes.</summary>
    public void DmaWrote(long start, long length) => Mark(ref stale, start, length, value: true);

    /// <summary>The core writes its lines back.</summary>
    public void WriteBack(long start, long length) => Mark(ref dirty, start, length, value: false);

    /// <summary>The core drops its lines.</summary>
    public void Invalidate(long start, long length)
    {
        Mark(ref dirty, start, length, value: false);
        Mark(ref stale, start, length, value: false);
    }

    /// <summary>The first dirty line that has one of these bytes; -1 for none.</summary>
    public long FirstDirty(long start, long length) => First(dirty, start, length);

    /// <summary>The first stale line that has one of these bytes; -1 for none.</summary>
    public long FirstStale(long start, long length) => First(stale, start, length);

    private static long First(bool[] lines, long start, long length)
    {
        long line = start / LineBytes;
        if (length <= 0 || line >= lines.Length)
        {
            return -1;
        }

        long end = Math.Min((start + length - 1) / LineBytes, lines.Length - 1);
        int found = lines.AsSpan((int)line, (int)(end - line + 1)).IndexOf(true);
        return found < 0 ? -1 : line + found;
    }

    private static void Mark(ref bool[] lines, long start, long length, bool value)
    {
        if (length <= 0)
        {
            return;
        }

        int line = (int)(start / LineBytes);
        int end = (int)((start + length - 1) / LineBytes) + 1;
        if (end > lines.Length)
        {
            Array.Resize(ref lines, Math.Max(end, 2 * lines.Length));
        }

        lines.AsSpan(line, end - line).Fill(value);
    }
}
