using TileProof.HwModel.Proof;
using TileProof.Operators.Words;

namespace TileProof.Tests.Proof;

/// <summary>The words of a memory in segments, against one list of words.</summary>
public sealed class WordSpaceTests
{
    private const int Number = 3;
    private const int Kept = 1 << 20;

    /// <summary>Random reads and writes within segments, across them and behind the end, where nobody wrote.</summary>
    [Fact]
    public void ReadAndWrite_RandomRanges_AreThoseOfOneList()
    {
        var random = new Random(3);
        for (int round = 0; round < 40; round++)
        {
            var space = new WordSpace(Number);
            var words = new List<ulong>();
            int unwritten = 0;
            for (int segment = 0; segment < 4; segment++)
            {
                int length = random.Next(1, 60);
                if (random.Next(2) == 0)
                {
                    space.Append(length, WordTables.Of(WordKind.Input, 1000, length));
                    words.AddRange(Enumerable.Range(1000, length).Select(static i => RingWords.Of(WordKind.Input, i)));
                }
                else
                {
                    space.AppendUnwritten(length);
                    AppendUnwritten(length);
                }
            }

            for (int step = 0; step < 60; step++)
            {
                int start = random.Next(words.Count + 20);
                int length = random.Next(80);
                AppendUnwritten(length == 0 ? 0 : Math.Max(0, start + length - words.Count));
                switch (random.Next(4))
                {
                    case 0:
                        ulong[] written = [.. Enumerable.Range(0, length).Select(i => ((ulong)step << 32) + (ulong)i)];
                        space.Write(start, written);
                        Put(start, written);
                        break;
                    case 1:
                        space.Fill(start, length, (ulong)step);
                        Put(start, [.. Enumerable.Repeat((ulong)step, length)]);
                        break;
                    case 2:
                        Span<ulong> view = space.View(start, length);
                        Assert.True(view.IsEmpty || view.SequenceEqual(words.GetRange(start, length).ToArray()));
                        break;
                    default:
                        Assert.Equal(length == 0 ? [] : words.GetRange(start, length), space.Read(start, length).ToArray());
                        break;
                }
            }

            space.Release();

            void AppendUnwritten(int length)
            {
                words.AddRange(Enumerable.Range(unwritten, length).Select(static i => RingWords.Of(WordKind.Unwritten, ((long)Number << 32) + i)));
                unwritten += length;
            }

            void Put(int start, ulong[] written)
            {
                for (int i = 0; i < written.Length; i++)
                {
                    words[start + i] = written[i];
                }
            }
        }
    }

    /// <summary>A tensor is untouched until one of its words is written; a range of two tensors never is. What others read stays as it was.</summary>
    [Fact]
    public void IsUntouched_UntilTheFirstWrite_InItsSegmentOnly()
    {
        ulong[] shared = WordTables.Of(WordKind.Weight, 5000, 20);
        var space = new WordSpace(Number);
        space.Append(10, shared);
        space.Append(20, shared);

        Assert.Equal((true, true, true, false, false), (space.IsUntouched(0, 10), space.IsUntouched(9, 1), space.IsUntouched(10, 20), space.IsUntouched(9, 2), space.IsUntouched(0, 0)));
        Assert.Equal((10, 20, 0, 0), (space.View(0, 10).Length, space.View(10, 20).Length, space.View(9, 2).Length, space.View(3, 0).Length));

        var other = new WordSpace(Number);
        other.Append(10, shared);
        other.Append(20, shared);
        other.Write(29, [7]);
        Assert.Equal((true, false, false), (other.IsUntouched(0, 10), other.IsUntouched(10, 20), other.IsUntouched(15, 1)));
        Assert.Equal(Enumerable.Range(5000, 20).Select(static i => RingWords.Of(WordKind.Weight, i)), shared[..20]);
        space.Release();
        other.Release();
    }

    /// <summary>Memory that nobody wrote has the words of its addresses, in the table that is kept and far behind it.</summary>
    [Theory]
    [InlineData(0, 4)]
    [InlineData(17, 40)]
    [InlineData(Kept - 5, 5)]
    [InlineData(Kept - 4, 5)]
    [InlineData(Kept + 1000, 3)]
    public void Unwritten_AnyRange_HasItsIndices(int first, int length)
    {
        const long FirstIndex = 5L << 32;
        (ulong[] words, int at) = WordTables.Unwritten(FirstIndex, first, length);
        Assert.Equal(Enumerable.Range(first, length).Select(static i => RingWords.Of(WordKind.Unwritten, FirstIndex + i)), words[at..(at + length)]);
    }
}
