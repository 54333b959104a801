namespace TileProof.HwModel.Proof;

/// <summary>A memory that has a word where a machine has a byte.</summary>
/// <param name="number">Tells the unwritten bytes of one memory from those of another.</param>
internal sealed class WordSpace(int number)
{
    private const int AddressBits = 32;

    private readonly List<WordSegment> segments = [];
    private long unwritten;
    private WordSegment? last;

    private long End => segments.Count == 0 ? 0 : segments[^1].End;

    /// <summary>Puts the words of a tensor behind everything that is there; they may be those of a table.</summary>
    public void Append(int length, ulong[] words) => segments.Add(new WordSegment(End, length, words, 0));

    /// <summary>Puts bytes that nobody wrote behind everything that is there.</summary>
    public void AppendUnwritten(long length)
    {
        if (length > 0)
        {
            // Counted instead of addressed, so that all programs share one table.
            (ulong[] words, int first) = WordTables.Unwritten((long)number << AddressBits, (int)unwritten, (int)length);
            segments.Add(new WordSegment(End, (int)length, words, first));
            unwritten += length;
        }
    }

    /// <summary>The words of consecutive bytes: a view where they lie in one segment, otherwise copied together. No bytes may begin anywhere, behind the end too.</summary>
    public ReadOnlySpan<ulong> Read(long start, int length)
    {
        if (length == 0)
        {
            return [];
        }

        WordSegment segment = Find(start, length);
        int offset = (int)(start - segment.Start);
        if (offset + length <= segment.Length)
        {
            return segment.Words.Slice(offset, length);
        }

        var words = new ulong[length];
        for (int done = 0; done < length;)
        {
            segment = Find(start + done, length - done);
            offset = (int)(start + done - segment.Start);
            int count = Math.Min(length - done, segment.Length - offset);
            segment.Words.Slice(offset, count).CopyTo(words.AsSpan(done));
            done += count;
        }

        return words;
    }

    /// <summary>The words of consecutive bytes, to write; empty where they do not lie in one segment.</summary>
    public Span<ulong> View(long start, int length)
    {
        if (length == 0)
        {
            return [];
        }

        WordSegment segment = Find(start, length);
        return start + length <= segment.End ? segment.Writable().Slice((int)(start - segment.Start), length) : [];
    }

    /// <summary>Whether consecutive bytes lie in one segment, of which no word has changed.</summary>
    public bool IsUntouched(long start, int length) => length > 0 && Find(start, length) is { IsUntouched: true } segment && start + length <= segment.End;

    /// <summary>Writes the words of consecutive bytes.</summary>
    public void Write(long start, ReadOnlySpan<ulong> words)
    {
        while (!words.IsEmpty)
        {
            Span<ulong> target = Writable(start, words.Length);
            words[..target.Length].CopyTo(target);
            words = words[target.Length..];
            start += target.Length;
        }
    }

    /// <summary>Writes one word over consecutive bytes.</summary>
    public void Fill(long start, int length, ulong word)
    {
        while (length > 0)
        {
            Span<ulong> target = Writable(start, length);
            target.Fill(word);
            length -= target.Length;
            start += target.Length;
        }
    }

    /// <summary>Ends the use of the memory.</summary>
    public void Release() => segments.ForEach(static segment => segment.Release());

    /// <summary>The first words of consecutive bytes, as many as lie in one segment.</summary>
    private Span<ulong> Writable(long start, int length)
    {
        WordSegment segment = Find(start, length);
        int offset = (int)(start - segment.Start);
        return segment.Writable().Slice(offset, Math.Min(length, segment.Length - offset));
    }

    /// <summary>The segment of an address. Behind the end there are unwritten bytes, since published programs reach there.</summary>
    private WordSegment Find(long start, int length)
    {
        if (last is not null && start >= last.Start && start < last.End)
        {
            return last;
        }

        AppendUnwritten(start + length - End);
        foreach (WordSegment segment in segments)
        {
            if (start < segment.End)
            {
                return last = segment;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(start), start, "Before the memory.");
    }
}
