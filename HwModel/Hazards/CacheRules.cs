using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>The rules of a write-back data cache that DMA does not see (operator contract, section 0.4).</summary>
/// <remarks>
/// A line of system memory is dirty when the core has written it and not written it back, and stale when DMA has written it and the
/// core has not dropped its copy. Capacity is not modelled: a line stays in either state until the program acts, which is the worst
/// case. A tensor that is seen for the first time counts as written by the core. What DMA writes is kept as it came and becomes
/// intervals only when the core touches system memory: most programs drop all of it first, with their whole output. Where tensors begin
/// at lines of their own, the rest of a tensor's last line is nobody's: what a dead value left there may be dropped.
/// </remarks>
internal sealed class CacheRules(DspConfiguration configuration, HazardLog log)
{
    private readonly long lineBytes = configuration.CacheLineBytes;

    private readonly HashSet<MemoryBuffer> seen = [];
    private readonly IntervalSet dirty = new();
    private readonly IntervalSet stale = new();
    private readonly List<TouchedRegion> writtenByDma = [];
    private MemoryBuffer? lastMet;

    private bool OwnsItsLines => configuration.SystemAlignmentBytes % lineBytes == 0;

    public void WriteBack(in TouchedRegion touched)
    {
        if (!Meet(touched))
        {
            return;
        }

        var runs = new ByteRuns(touched.Region);
        for (int run = 0; run < runs.Count; run++)
        {
            (long start, long end) = Lines(runs[run]);
            dirty.Remove(start, end);
        }
    }

    public void Invalidate(in TouchedRegion touched, in MachineOperation operation)
    {
        if (!Meet(touched))
        {
            return;
        }

        var runs = new ByteRuns(touched.Region);
        if (runs.Count == 1)
        {
            writtenByDma.RemoveAll(written => written.Start >= runs[0].Start && written.End <= runs[0].End);
        }

        SettleDmaWrites();
        for (int run = 0; run < runs.Count; run++)
        {
            (long start, long end) = runs[run];
            (long lineStart, long lineEnd) = Lines(runs[run]);
            long neighbourEnd = OwnsItsLines && end == touched.Buffer.OffsetBytes + touched.Buffer.LengthBytes ? end : lineEnd;
            if ((dirty.FirstIn(lineStart, start) ?? dirty.FirstIn(end, neighbourEnd)) is { } neighbour)
            {
                log.Report(HazardRule.PartialLineInvalidate, operation, touched.Buffer, neighbour, "these bytes of the line are not part of the region and not written back");
            }

            dirty.Remove(lineStart, lineEnd);
            stale.Remove(lineStart, lineEnd);
        }
    }

    public void DmaRead(in TouchedRegion touched, in MachineOperation operation)
    {
        if (Meet(touched) && FirstIn(dirty, touched, wholeLines: false) is { } bytes)
        {
            log.Report(HazardRule.DmaReadsDirtyLine, operation, touched.Buffer, bytes, "the core has not written these bytes back");
        }
    }

    public void DmaWrite(in TouchedRegion touched, in MachineOperation operation)
    {
        if (!Meet(touched))
        {
            return;
        }

        if (FirstIn(dirty, touched, wholeLines: true) is { } bytes)
        {
            log.Report(HazardRule.DmaWritesUnderDirtyLine, operation, touched.Buffer, bytes, "the cache may hold these lines dirty");
        }

        writtenByDma.Add(touched);
    }

    public void CoreRead(in TouchedRegion touched, in MachineOperation operation)
    {
        if (!Meet(touched))
        {
            return;
        }

        SettleDmaWrites();
        if (FirstIn(stale, touched, wholeLines: false) is { } bytes)
        {
            log.Report(HazardRule.StaleCacheRead, operation, touched.Buffer, bytes, "DMA wrote these bytes and the core has not dropped its lines");
        }
    }

    public void CoreWrite(in TouchedRegion touched)
    {
        if (!Meet(touched))
        {
            return;
        }

        SettleDmaWrites();
        if (dirty.FirstMissing(touched.Start, touched.End) is null && stale.FirstIn(touched.Start, touched.End) is null)
        {
            return;
        }

        var runs = new ByteRuns(touched.Region);
        for (int run = 0; run < runs.Count; run++)
        {
            dirty.Add(runs[run].Start, runs[run].End);
            stale.Remove(runs[run].Start, runs[run].End);
        }
    }

    private (long Start, long End) Lines((long Start, long End) bytes) =>
        (bytes.Start / lineBytes * lineBytes, (bytes.End + lineBytes - 1) / lineBytes * lineBytes);

    private (long Start, long End)? FirstIn(IntervalSet set, in TouchedRegion touched, bool wholeLines)
    {
        (long start, long end) = wholeLines ? Lines((touched.Start, touched.End)) : (touched.Start, touched.End);
        if (set.FirstIn(start, end) is null)
        {
            return null;
        }

        var runs = new ByteRuns(touched.Region);
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
    private bool Meet(in TouchedRegion touched)
    {
        MemoryBuffer buffer = touched.Buffer;
        if (!configuration.HasDataCache || touched.Space is not SystemMemory || touched.IsEmpty)
        {
            return false;
        }

        if (buffer != lastMet && seen.Add(buffer))
        {
            SettleDmaWrites();
            long end = (long)buffer.OffsetBytes + buffer.LengthBytes;
            dirty.Add(buffer.OffsetBytes, end);
            stale.Remove(buffer.OffsetBytes, end);
        }

        lastMet = buffer;
        return true;
    }

    private void SettleDmaWrites()
    {
        foreach (TouchedRegion written in writtenByDma)
        {
            var runs = new ByteRuns(written.Region);
            for (int run = 0; run < runs.Count; run++)
            {
                stale.Add(runs[run].Start, runs[run].End);
            }
        }

        writtenByDma.Clear();
    }
}
