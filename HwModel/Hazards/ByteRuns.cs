using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>A strided region as runs of consecutive bytes in its memory space, with touching rows and planes joined.</summary>
internal readonly struct ByteRuns
{
    private readonly long start;
    private readonly long runBytes;
    private readonly int rowCount;
    private readonly long rowPitchBytes;
    private readonly int planeCount;
    private readonly long planePitchBytes;

    public ByteRuns(in StridedRegion region)
    {
        start = region.StartInSpace;
        runBytes = region.RowBytes;
        rowCount = region.RowCount;
        rowPitchBytes = region.RowPitchBytes;
        planeCount = region.PlaneCount;
        planePitchBytes = region.PlanePitchBytes;
        if (rowCount > 1 && rowPitchBytes == runBytes)
        {
            runBytes *= rowCount;
            rowCount = 1;
        }

        if (rowCount == 1 && planeCount > 1)
        {
            (rowCount, rowPitchBytes, planeCount) = (planeCount, planePitchBytes, 1);
            if (rowPitchBytes == runBytes)
            {
                runBytes *= rowCount;
                rowCount = 1;
            }
        }
    }

    /// <summary>Runs in the region.</summary>
    public int Count => rowCount * planeCount;

    /// <summary>One run as addresses <c>[start, end)</c>.</summary>
    public (long Start, long End) this[int run]
    {
        get
        {
            long runStart = start + (run / rowCount * planePitchBytes) + (run % rowCount * rowPitchBytes);
            return (runStart, runStart + runBytes);
        }
    }

    /// <summary>The first bytes that two regions of one memory space have in common; null when there are none.</summary>
    public static (long Start, long End)? Overlap(in StridedRegion x, in StridedRegion y)
    {
        if (x.Buffer.Space != y.Buffer.Space || x.TotalBytes == 0 || y.TotalBytes == 0 || x.EndInSpace <= y.StartInSpace || y.EndInSpace <= x.StartInSpace)
        {
            return null;
        }

        var left = new ByteRuns(x);
        var right = new ByteRuns(y);
        (ByteRuns few, ByteRuns many) = left.Count <= right.Count ? (left, right) : (right, left);
        for (int run = 0; run < few.Count; run++)
        {
            (long runStart, long runEnd) = few[run];
            if (many.FirstIn(runStart, runEnd) is { } common)
            {
                return common;
            }
        }

        return null;
    }

    private static (int First, int Last) IndicesReaching(long distanceToStart, long distanceToEnd, long extentBytes, int count, long pitchBytes)
    {
        if (count == 1 || pitchBytes <= 0)
        {
            return (0, count - 1);
        }

        long first = distanceToStart < extentBytes ? 0 : ((distanceToStart - extentBytes) / pitchBytes) + 1;
        long last = (distanceToEnd - 1) / pitchBytes;
        return ((int)first, (int)Math.Min(last, count - 1));
    }

    private (long Start, long End)? FirstIn(long from, long to)
    {
        if (to <= start)
        {
            return null;
        }

        long planeExtent = ((rowCount - 1) * rowPitchBytes) + runBytes;
        (int firstPlane, int lastPlane) = IndicesReaching(from - start, to - start, planeExtent, planeCount, planePitchBytes);
        for (int plane = firstPlane; plane <= lastPlane; plane++)
        {
            long planeStart = start + (plane * planePitchBytes);
            if (to <= planeStart)
            {
                break;
            }

            (int firstRow, int lastRow) = IndicesReaching(from - planeStart, to - planeStart, runBytes, rowCount, rowPitchBytes);
            for (int row = firstRow; row <= lastRow; row++)
            {
                long rowStart = planeStart + (row * rowPitchBytes);
                long begin = Math.Max(rowStart, from);
                long end = Math.Min(rowStart + runBytes, to);
                if (begin < end)
                {
                    return (begin, end);
                }
            }
        }

        return null;
    }
}
