using TileProof.Operators.Words;

namespace TileProof.HwModel.Proof;

/// <summary>Words that every proof begins with, made once: those of a tensor are the first of its kind, whatever its length.</summary>
internal static class WordTables
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<(WordKind Kind, long FirstIndex), ulong[]> Tables = [];

    /// <summary>At least so many words of a kind from an index on. Nobody may change them.</summary>
    public static ulong[] Of(WordKind kind, long firstIndex, int length)
    {
        lock (Gate)
        {
            if (!Tables.TryGetValue((kind, firstIndex), out ulong[]? words) || words.Length < length)
            {
                words = new ulong[length];
                RingWords.Fill(kind, firstIndex, words);
                Tables[(kind, firstIndex)] = words;
            }

            return words;
        }
    }
}
