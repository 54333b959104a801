using TileProof.HwModel.Proof;
using TileProof.Operators.Words;

namespace TileProof.Tests.Proof;

/// <summary>Words that proofs begin with are kept for the next, but not without end.</summary>
public sealed class WordTablesTests
{
    /// <summary>Longer tables than before, of several kinds, up to more than may be kept at all: each has the words of its kind.</summary>
    [Fact]
    public void Of_MoreWordsThanAreKept_KeepsFewAndGivesTheSame()
    {
        for (int tensor = 0; tensor < 3; tensor++)
        {
            for (int length = 1000; length <= WordTables.MostKept; length *= 8)
            {
                AssertWords(tensor, length + tensor);
            }

            AssertWords(tensor, WordTables.MostKept);
            AssertWords(tensor, WordTables.MostKept + 1);
            AssertWords(tensor, 1001);
        }
    }

    private static void AssertWords(int tensor, int length)
    {
        long first = RingWords.FirstIndexOf(tensor);
        ulong[] words = WordTables.Of(WordKind.Weight, first, length);
        Assert.InRange(WordTables.KeptCount, 1, WordTables.MostKept);
        Assert.InRange(words.Length, length, int.MaxValue);
        Assert.All([0, length / 2, length - 1], index => Assert.Equal(RingWords.Of(WordKind.Weight, first + index), words[index]));
    }
}
