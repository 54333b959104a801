using System.Buffers;

namespace TileProof.HwModel.Proof;

/// <summary>Consecutive bytes of a memory and their words.</summary>
internal sealed class WordSegment
{
    private ulong[] words;
    private int first;
    private bool isShared;

    /// <summary>Makes a segment.</summary>
    /// <param name="start">The address of its first byte.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="words">Words that others may read too: they are copied before the first change.</param>
    /// <param name="first">Where the words of the segment begin in them.</param>
    public WordSegment(long start, int length, ulong[] words, int first)
    {
        Start = start;
        Length = length;
        this.words = words;
        this.first = first;
        isShared = true;
    }

    /// <summary>The address of the first byte.</summary>
    public long Start { get; }

    /// <summary>Bytes.</summary>
    public int Length { get; }

    /// <summary>One past the last byte.</summary>
    public long End => Start + Length;

    /// <summary>Whether no word has changed.</summary>
    public bool IsUntouched => isShared;

    /// <summary>The words, to read.</summary>
    public ReadOnlySpan<ulong> Words => words.AsSpan(first, Length);

    /// <summary>The words, to write.</summary>
    public Span<ulong> Writable()
    {
        if (isShared)
        {
            ulong[] own = ArrayPool<ulong>.Shared.Rent(Length);
            Words.CopyTo(own);
            (words, first, isShared) = (own, 0, false);
        }

        return words.AsSpan(0, Length);
    }

    /// <summary>Gives the array of changed words to the next; nobody may look at them any more.</summary>
    public void Release()
    {
        if (!isShared)
        {
            ArrayPool<ulong>.Shared.Return(words);
        }
    }
}
