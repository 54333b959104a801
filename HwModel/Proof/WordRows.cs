using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Proof;

/// <summary>The rows of regions whose words lie in one piece. Most rows are a few words long, so that a loop is faster than a call.</summary>
internal static class WordRows
{
    private const int ShortRow = 16;

    /// <summary>Writes one word over the rows of a region.</summary>
    /// <param name="words">From the first word of the region to its last.</param>
    /// <param name="region">The region.</param>
    /// <param name="word">The word.</param>
    public static void Fill(Span<ulong> words, in StridedRegion region, ulong word)
    {
        for (int plane = 0; plane < region.PlaneCount; plane++)
        {
            for (int row = 0; row < region.RowCount; row++)
            {
                Fill(words.Slice((plane * region.PlanePitchBytes) + (row * region.RowPitchBytes), region.RowBytes), word);
            }
        }
    }

    /// <summary>Whether the rows of a region hold one word everywhere.</summary>
    public static bool AreAll(ReadOnlySpan<ulong> words, in StridedRegion region, ulong word)
    {
        for (int plane = 0; plane < region.PlaneCount; plane++)
        {
            for (int row = 0; row < region.RowCount; row++)
            {
                if (!AreAll(words.Slice((plane * region.PlanePitchBytes) + (row * region.RowPitchBytes), region.RowBytes), word))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Copies the rows of a region, in their order: where rows of the destination lie over one another, the last one stays.</summary>
    /// <param name="from">From the first word of the source to its last.</param>
    /// <param name="source">The source.</param>
    /// <param name="to">From the first word of the destination to its last.</param>
    /// <param name="destination">The destination.</param>
    public static void Copy(ReadOnlySpan<ulong> from, in StridedRegion source, Span<ulong> to, in StridedRegion destination)
    {
        for (int plane = 0; plane < source.PlaneCount; plane++)
        {
            for (int row = 0; row < source.RowCount; row++)
            {
                Copy(
                    from.Slice((plane * source.PlanePitchBytes) + (row * source.RowPitchBytes), source.RowBytes),
                    to.Slice((plane * destination.PlanePitchBytes) + (row * destination.RowPitchBytes), source.RowBytes));
            }
        }
    }

    private static void Fill(Span<ulong> row, ulong word)
    {
        if (row.Length > ShortRow)
        {
            row.Fill(word);
            return;
        }

        for (int i = 0; i < row.Length; i++)
        {
            row[i] = word;
        }
    }

    private static void Copy(ReadOnlySpan<ulong> source, Span<ulong> target)
    {
        if (source.Length > ShortRow)
        {
            source.CopyTo(target);
            return;
        }

        for (int i = 0; i < source.Length; i++)
        {
            target[i] = source[i];
        }
    }

    private static bool AreAll(ReadOnlySpan<ulong> row, ulong word)
    {
        if (row.Length > ShortRow)
        {
            return row.IndexOfAnyExcept(word) < 0;
        }

        foreach (ulong other in row)
        {
            if (other != word)
            {
                return false;
            }
        }

        return true;
    }
}
