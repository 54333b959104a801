namespace TileProof.HwModel.Timing;

/// <summary>Which lines a data cache holds; empty at first.</summary>
internal sealed class DataCacheLines
{
    private readonly DataCacheGeometry geometry;
    private readonly long[] held;
    private long latest = -1;

    public DataCacheLines(DataCacheGeometry geometry)
    {
        this.geometry = geometry;
        held = new long[geometry.SetCount * geometry.WayCount];
        Array.Fill(held, -1);
    }

    /// <summary>Lines that were not there when they were touched.</summary>
    public long MissCount { get; private set; }

    /// <summary>Touches consecutive bytes, at least one.</summary>
    public void Touch(long address, int bytes)
    {
        long last = (address + bytes - 1) / geometry.LineBytes;
        for (long line = address / geometry.LineBytes; line <= last; line++)
        {
            if (line != latest)
            {
                Touch(line);
                latest = line;
            }
        }
    }

    /// <summary>The lines of a set lie in the order of their last use.</summary>
    private void Touch(long line)
    {
        Span<long> set = held.AsSpan((int)(line % geometry.SetCount) * geometry.WayCount, geometry.WayCount);
        int way = set.IndexOf(line);
        if (way < 0)
        {
            MissCount++;
            way = set.Length - 1;
        }

        set[..way].CopyTo(set[1..]);
        set[0] = line;
    }
}
