using TileProof.Operators.Words;

namespace TileProof.HwModel.Proof;

/// <summary>Words that every proof begins with, made once: those of a tensor are the first of its kind, whatever its length.</summary>
internal static class WordTables
{
    /// <summary>Words of memory that nobody wrote that are kept for others, at most: a program that reaches far behind a memory would leave its table behind.</summary>
    private const int LargestKeptUnwritten = 1 << 20;

    /// <summary>Words that are kept, at most: a model has tensors of any size, and a campaign a larger one than before again and again.</summary>
    internal const int MostKept = 1 << 23;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<(WordKind Kind, long FirstIndex), ulong[]> Tables = [];

    /// <summary>Words that are kept now.</summary>
    internal static long KeptCount
    {
        get
        {
            lock (Gate)
            {
                return Tables.Values.Sum(static words => (long)words.Length);
            }
        }
    }

    /// <summary>Words of memory that nobody wrote, and where they begin in what is returned. Nobody may change them.</summary>
    /// <param name="firstIndex">The first index of the memory.</param>
    /// <param name="first">The first word, counted from there.</param>
    /// <param name="length">Words.</param>
    public static (ulong[] Words, int First) Unwritten(long firstIndex, int first, int length)
    {
        if (first + length <= LargestKeptUnwritten)
        {
            return (Of(WordKind.Unwritten, firstIndex, first + length), first);
        }

        return (Make(WordKind.Unwritten, firstIndex + first, length), 0);
    }

    /// <summary>At least so many words of a kind from an index on. Nobody may change them.</summary>
    public static ulong[] Of(WordKind kind, long firstIndex, int length)
    {
        if (length > MostKept)
        {
            return Make(kind, firstIndex, length);
        }

        lock (Gate)
        {
            if (!Tables.TryGetValue((kind, firstIndex), out ulong[]? kept) || kept.Length < length)
            {
                if (KeptCount - (kept?.Length ?? 0) + length > MostKept)
                {
                    Tables.Clear();
                }

                kept = Make(kind, firstIndex, length);
                Tables[(kind, firstIndex)] = kept;
            }

            return kept;
        }
    }

    private static ulong[] Make(WordKind kind, long firstIndex, int length)
    {
        var words = new ulong[length];
        RingWords.Fill(kind, firstIndex, words);
        return words;
    }
}
