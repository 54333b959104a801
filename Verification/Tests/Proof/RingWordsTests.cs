using TileProof.Operators.Words;

namespace TileProof.Tests.Proof;

/// <summary>The words that stand for bytes: all different, told apart again, and split and joined without loss.</summary>
public sealed class RingWordsTests
{
    [Fact]
    public void Find_EveryKind_IsTheByteThatTheWordWasMadeFor()
    {
        foreach (WordKind kind in Enum.GetValues<WordKind>())
        {
            foreach (long index in new long[] { 0, 1, 255, 65_537, 1L << 40, RingWords.MaximumIndex })
            {
                Assert.Equal((kind, index), RingWords.Find(RingWords.Of(kind, index)));
            }
        }
    }

    [Fact]
    public void Find_SumOfWords_IsNoByte() =>
        Assert.All(Enumerable.Range(0, 100), static i => Assert.Null(RingWords.Find(unchecked(RingWords.Of(WordKind.Input, i) + (RingWords.Of(WordKind.Weight, i) * 3)))));

    [Fact]
    public void Fill_FromAnyIndex_IsOf()
    {
        var words = new ulong[77];
        RingWords.Fill(WordKind.Scale, 12_345, words);
        Assert.Equal(Enumerable.Range(0, 77).Select(static i => RingWords.Of(WordKind.Scale, 12_345 + i)), words);
        Assert.Equal(words.Length, words.Distinct().Count());
    }

    [Fact]
    public void Split32_AnyElement_IsJoinedAgain()
    {
        Span<ulong> bytes = stackalloc ulong[4];
        foreach (ulong element in new ulong[] { 0, 1, 0x8000_0000_0000_0000, ulong.MaxValue, RingWords.Of(WordKind.Bias, 9) })
        {
            RingWords.Split32(element, bytes);
            Assert.Equal(element, RingWords.Element32(bytes));
        }
    }

    /// <summary>No two bytes of an element may be exchanged unseen.</summary>
    [Fact]
    public void Element32_BytesExchanged_IsAnotherElement()
    {
        ulong[] bytes = [.. Enumerable.Range(0, 4).Select(static i => RingWords.Of(WordKind.Bias, i))];
        ulong right = RingWords.Element32(bytes);
        for (int i = 0; i < 4; i++)
        {
            for (int j = 0; j < i; j++)
            {
                ulong[] exchanged = [.. bytes];
                (exchanged[i], exchanged[j]) = (exchanged[j], exchanged[i]);
                Assert.NotEqual(right, RingWords.Element32(exchanged));
            }
        }
    }

    [Theory]
    [InlineData(1, 57)]
    [InlineData(64, 51)]
    [InlineData(4608, 45)]
    public void ErrorBoundBits_MoreProducts_FewerBits(long products, int bits) => Assert.Equal(bits, RingWords.ErrorBoundBits(products));
}
