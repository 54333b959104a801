namespace TileProof.HwModel.Hazards;

/// <summary>A set of byte addresses, kept as sorted disjoint half-open intervals.</summary>
internal sealed class IntervalSet
{
    private readonly List<(long Start, long End)> intervals = [];

    public void Clear() => intervals.Clear();

    /// <summary>Adds <c>[start, end)</c>.</summary>
    public void Add(long start, long end)
    {
        if (start >= end)
        {
            return;
        }

        int first = FirstEndingAtOrAfter(start);
        int next = first;
        while (next < intervals.Count && intervals[next].Start <= end)
        {
            start = Math.Min(start, intervals[next].Start);
            end = Math.Max(end, intervals[next].End);
            next++;
        }

        if (next == first)
        {
            intervals.Insert(first, (start, end));
            return;
        }

        intervals[first] = (start, end);
        intervals.RemoveRange(first + 1, next - first - 1);
    }

    /// <summary>Removes <c>[start, end)</c>.</summary>
    public void Remove(long start, long end)
    {
        if (start >= end)
        {
            return;
        }

        int index = FirstEndingAtOrAfter(start + 1);
        while (index < intervals.Count && intervals[index].Start < end)
        {
            (long oldStart, long oldEnd) = intervals[index];
            intervals.RemoveAt(index);
            if (oldEnd > end)
            {
                intervals.Insert(index, (end, oldEnd));
            }

            if (oldStart < start)
            {
                intervals.Insert(index, (oldStart, start));
                index++;
            }
        }
    }

    /// <summary>The first interval of the set inside <c>[start, end)</c>, clipped to it; null when they have nothing in common.</summary>
    public (long Start, long End)? FirstIn(long start, long end)
    {
        int index = FirstEndingAtOrAfter(start + 1);
        if (start >= end || index == intervals.Count || intervals[index].Start >= end)
        {
            return null;
        }

        return (Math.Max(start, intervals[index].Start), Math.Min(end, intervals[index].End));
    }

    /// <summary>The first run of bytes of <c>[start, end)</c> that are not in the set; null when all are.</summary>
    public (long Start, long End)? FirstMissing(long start, long end)
    {
        int index = FirstEndingAtOrAfter(start + 1);
        if (index < intervals.Count && intervals[index].Start <= start)
        {
            start = intervals[index].End;
            index++;
        }

        if (start >= end)
        {
            return null;
        }

        return (start, index < intervals.Count ? Math.Min(end, intervals[index].Start) : end);
    }

    private int FirstEndingAtOrAfter(long position)
    {
        int low = 0;
        int high = intervals.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (intervals[middle].End < position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
