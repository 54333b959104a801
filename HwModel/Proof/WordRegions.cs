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
        int planeExtent = ((second.RowCount - 1) * second.RowPitchBytes) + second.RowBytes;
        for (int row = 0; row < RowsOf(first); row++)
        {
            long start = first.RowStartInSpace(row);
            long end = start + first.RowBytes;
            (int firstPlane, int lastPlane) = Touching(start, end, second.StartInSpace, second.PlanePitchBytes, planeExtent, second.PlaneCount);
            for (int plane = firstPlane; plane <= lastPlane; plane++)
            {
                long origin = second.StartInSpace + ((long)plane * second.PlanePitchBytes);
                (int firstRow, int lastRow) = Touching(start, end, origin, second.RowPitchBytes, second.RowBytes, second.RowCount);
                for (int other = firstRow; other <= lastRow; other++)
                {
                    long from = Math.Max(start, origin + ((long)other * second.RowPitchBytes));
                    long to = Math.Min(end, origin + ((long)other * second.RowPitchBytes) + second.RowBytes);
                    if (from < to)
                    {
                        yield return (from, to);
                    }
                }
            }
        }
    }

    /// <summary>Of pieces of some bytes that lie a pitch apart, the first and the last one that can reach into a range.</summary>
    private static (int First, int Last) Touching(long start, long end, long origin, int pitchBytes, int extentBytes, int count)
    {
        if (count == 1 || pitchBytes <= 0)
        {
            return (0, count - 1);
        }

        long first = start - extentBytes < origin ? 0 : ((start - extentBytes - origin) / pitchBytes) + 1;
        long last = end <= origin ? -1 : (end - 1 - origin) / pitchBytes;
        return ((int)Math.Min(first, count), (int)Math.Min(last, count - 1));
    }
}
