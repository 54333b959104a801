using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Proof;

/// <summary>The rows of a region as runs of consecutive bytes.</summary>
internal static class WordRegions
{
    /// <summary>The same bytes in the same order with as few rows as there can be: rows and planes without gaps between them become one.</summary>
    public static StridedRegion Joined(in StridedRegion region)
    {
        StridedRegion joined = region;
        if (joined.RowPitchBytes == joined.RowBytes)
        {
            joined = joined with { RowBytes = joined.RowBytes * joined.RowCount, RowCount = 1 };
        }

        return joined.RowCount == 1 && joined.PlanePitchBytes == joined.RowBytes
            ? joined with { RowBytes = joined.RowBytes * joined.PlaneCount, PlaneCount = 1 }
            : joined;
    }

    /// <summary>All rows over all planes.</summary>
    public static int RowsOf(in StridedRegion region) => region.RowCount * region.PlaneCount;

    /// <summary>The bytes that two regions share, in their memory space; a byte may come more than once.</summary>
    public static IEnumerable<(long Start, long End)> Overlaps(StridedRegion first, StridedRegion second)
    {
        if (first.Buffer.Space != second.Buffer.Space || first.StartInSpace >= second.EndInSpace || second.StartInSpace >= first.EndInSpace)
        {
            yield break;
        }

        first = Joined(first);
        second = Joined(second);
        for (int row = 0; row < RowsOf(first); row++)
        {
            long start = first.RowStartInSpace(row);
            for (int other = 0; other < RowsOf(second); other++)
            {
                long from = Math.Max(start, second.RowStartInSpace(other));
                long to = Math.Min(start + first.RowBytes, second.RowStartInSpace(other) + (long)second.RowBytes);
                if (from < to)
                {
                    yield return (from, to);
                }
            }
        }
    }
}
