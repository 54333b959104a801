using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>The rules of a write-back data cache that DMA does not see (operator contract, section 0.4).</summary>
/// <remarks>
/// A line of system memory is dirty when the core has written it and not written it back, and stale when DMA has written it and the
/// core has not dropped its copy. Capacity is not modelled: a line stays in either state until the program acts, which is the worst
/// case. A tensor that is seen for the first time counts as written by the core.
/// </remarks>
internal sealed class CacheRules(HazardLog log)
{
    private const long LineBytes = SystemMemory.CacheLineBytes;

    private readonly HashSet<MemoryBuffer> seen = [];
    private readonly IntervalSet dirty = new();
    private readonly IntervalSet stale = new();

    public void WriteBack(in StridedRegion region)
    {
        if (!Meet(region))
        {
            return;
        }

        var runs = new ByteRuns(region);
        for (int run = 0; run < runs.Count; run++)
        {
            (long start, long end) = Lines(runs[run]);
            dirty.Remove(start, end);
        }
    }

    public void Invalidate(in StridedRegion region, in MachineOperation operation)
    {
        if (!Meet(region))
        {
            return;
        }

        var runs = new ByteRuns(region);
        for (int run = 0; run < runs.Count; run++)
        {
            (long start, long end) = runs[run];
            (long lineStart, long lineEnd) = Lines(runs[run]);
            if ((dirty.FirstIn(lineStart, start) ?? dirty.FirstIn(end, lineEnd)) is { } neighbour)
            {
                log.Report(HazardRule.PartialLineInvalidate, operation, region.Buffer, neighbour, "these bytes of the line are not part of the region and not written back");
            }

            dirty.Remove(lineStart, lineEnd);
            stale.Remove(lineStart, lineEnd);
        }
    }

    public void DmaRead(in StridedRegion region, in MachineOperation operation)
    {
        if (Meet(region) && FirstIn(dirty, region, wholeLines: false) is { } bytes)
        {
            log.Report(HazardRule.DmaReadsDirtyLine, operation, region.Buffer, bytes, "the core has not written these bytes back");
        }
    }

    public void DmaWrite(in StridedRegion region, in MachineOperation operation)
    {
        if (!Meet(region))
        {
            return;
        }

        if (FirstIn(dirty, region, wholeLines: true) is { } bytes)
        {
            log.Report(HazardRule.DmaWritesUnderDirtyLine, operation, region.Buffer, bytes, "the cache may hold these lines dirty");
        }

        var runs = new ByteRuns(region);
        for (int run = 0; run < runs.Count; run++)
        {
            stale.Add(runs[run].Start, runs[run].End);
        }
    }

    public void CoreRead(in StridedRegion region, in MachineOperation operation)
    {
        if (Meet(region) && FirstIn(stale, region, wholeLines: false) is { } bytes)
        {
            log.Report(HazardRule.StaleCacheRead, operation, region.Buffer, bytes, "DMA wrote these bytes and the core has not dropped its lines");
        }
    }

    public void CoreWrite(in StridedRegion region)
    {
        if (!Meet(region))
        {
            return;
        }

        var runs = new ByteRuns(region);
        for (int run = 0; run < runs.Count; run++)
        {
            dirty.Add(runs[run].Start, runs[run].End);
            stale.Remove(runs[run].Start, runs[run].End);
        }
    }

    private static (long Start, long End) Lines((long Start, long End) bytes) =>
        (bytes.Start / LineBytes * LineBytes, (bytes.End + LineBytes - 1) / LineBytes * LineBytes);

    private static (long Start, long End)? FirstIn(IntervalSet set, in StridedRegion region, bool wholeLines)
    {
        (long start, long end) = wholeLines ? Lines((region.StartInSpace, region.EndInSpace)) : (region.StartInSpace, region.EndInSpace);
        if (set.FirstIn(start, end) is null)
        {
            return null;
        }

        var runs = new ByteRuns(region);
        for (int run = 0; run < runs.Count; run++)
        {
            (long runStart, long runEnd) = wholeLines ? Lines(runs[run]) : runs[run];
            if (set.FirstIn(runStart, runEnd) is { } bytes)
            {
                return bytes;
            }
        }

        return null;
    }

    /// <summary>Whether the region is in system memory; a new buffer there counts as written by the core.</summary>
    private bool Meet(in StridedRegion region)
    {
        MemoryBuffer buffer = region.Buffer;
        if (buffer.Space is not SystemMemory || region.TotalBytes == 0)
        {
            return false;
        }

        if (seen.Add(buffer))
        {
            long end = (long)buffer.OffsetBytes + buffer.LengthBytes;
            dirty.Add(buffer.OffsetBytes, end);
            stale.Remove(buffer.OffsetBytes, end);
        }

        return true;
    }
}
