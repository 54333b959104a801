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

    /// <summary>Copies the rows of a region to a region that holds one word everywhere.</summary>
    /// <param name="from">From the first word of the source to its last.</param>
    /// <param name="source">The source.</param>
    /// <param name="to">From the first word of the destination to its last.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="marked">What it holds; where it holds another word, nobody knows what arrives last.</param>
    /// <param name="raced">The word for that.</param>
    public static void Arrive(ReadOnlySpan<ulong> from, in StridedRegion source, Span<ulong> to, in StridedRegion destination, ulong marked, ulong raced)
    {
        for (int plane = 0; plane < source.PlaneCount; plane++)
        {
            for (int row = 0; row < source.RowCount; row++)
            {
                ReadOnlySpan<ulong> sourceRow = from.Slice((plane * source.PlanePitchBytes) + (row * source.RowPitchBytes), source.RowBytes);
                Span<ulong> target = to.Slice((plane * destination.PlanePitchBytes) + (row * destination.RowPitchBytes), source.RowBytes);
                if (sourceRow.Length > ShortRow && target.IndexOfAnyExcept(marked) < 0)
                {
                    sourceRow.CopyTo(target);
                }
                else
                {
                    Arrive(sourceRow, target, marked, raced);
                }
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

    private static void Arrive(ReadOnlySpan<ulong> source, Span<ulong> target, ulong marked, ulong raced)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = target[i] == marked ? source[i] : raced;
        }
    }
}
