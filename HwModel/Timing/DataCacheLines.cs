using System.Numerics;

namespace TileProof.HwModel.Timing;

/// <summary>Which lines a data cache holds; empty at first.</summary>
internal sealed class DataCacheLines
{
    private readonly int wayCount;
    private readonly Divisor lineBytes;
    private readonly Divisor setCount;
    private readonly long[] held;
    private long latest = -1;

    public DataCacheLines(DataCacheGeometry geometry)
    {
        wayCount = geometry.WayCount;
        lineBytes = new Divisor(geometry.LineBytes);
        setCount = new Divisor(geometry.SetCount);
        held = new long[geometry.SetCount * wayCount];
        Array.Fill(held, -1);
    }

    /// <summary>Lines that were not there when they were touched.</summary>
    public long MissCount { get; private set; }

    /// <summary>Touches consecutive bytes, at least one.</summary>
    public void Touch(long address, int bytes)
    {
        long last = lineBytes.Quotient(address + bytes - 1);
        for (long line = lineBytes.Quotient(address); line <= last; line++)
        {
            if (line != latest)
            {
                Touch(line);
                latest = line;
            }
        }
    }

    /// <summary>The lines of a set lie in the order of their last use: those used since move on by one, the last of a line that is not there drops out.</summary>
    private void Touch(long line)
    {
        long moved = line;
        foreach (ref long way in held.AsSpan((int)setCount.Remainder(line) * wayCount, wayCount))
        {
            (way, moved) = (moved, way);
            if (moved == line)
            {
                return;
            }
        }

        MissCount++;
    }

    /// <summary>Divides what is not negative, by a shift where it can: caches have powers of two.</summary>
    private readonly struct Divisor(int value)
    {
        private readonly int shift = BitOperations.IsPow2(value) ? BitOperations.Log2((uint)value) : -1;

        public long Quotient(long dividend) => shift >= 0 ? dividend >> shift : dividend / value;

        public long Remainder(long dividend) => shift >= 0 ? dividend & (value - 1) : dividend % value;
    }
}
