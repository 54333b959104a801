using TileProof.HwModel.Machine;
using TileProof.HwModel.Proof;

namespace TileProof.Tests.Proof;

/// <summary>Lines that are dirty and stale: a line counts as soon as one of its bytes is touched, and not before.</summary>
public sealed class WordCacheTests
{
    private const int Line = SystemMemory.CacheLineBytes;
    private const int LineCount = 23;

    /// <summary>Lines 1 to 3 are marked; line 9 too, so that the lines between them are known to be clean.</summary>
    [Theory]
    [InlineData(0, Line, -1)]
    [InlineData(0, Line + 1, 1)]
    [InlineData(Line - 1, 1, -1)]
    [InlineData(Line, 1, 1)]
    [InlineData((4 * Line) - 1, 1, 3)]
    [InlineData((4 * Line) - 1, Line, 3)]
    [InlineData(4 * Line, 1, -1)]
    [InlineData(4 * Line, 5 * Line, -1)]
    [InlineData(4 * Line, (5 * Line) + 1, 9)]
    [InlineData(3, 2 * Line, 1)]
    [InlineData(2 * Line, 0, -1)]
    [InlineData(9 * Line, 50 * Line, 9)]
    [InlineData(10 * Line, 50 * Line, -1)]
    [InlineData(60 * Line, Line, -1)]
    public void First_RangeAtTheEndsOfLines_CountsTheLinesThatItTouches(long start, long length, long line)
    {
        var written = new WordCache();
        written.CoreWrote((2 * Line) - 1, Line + 2);
        written.CoreWrote(9 * Line, 1);
        Assert.Equal((line, -1L), (written.FirstDirty(start, length), written.FirstStale(start, length)));

        var moved = new WordCache();
        moved.DmaWrote((2 * Line) - 1, Line + 2);
        moved.DmaWrote(9 * Line, 1);
        Assert.Equal((-1L, line), (moved.FirstDirty(start, length), moved.FirstStale(start, length)));
    }

    /// <summary>Random operations of random ranges, empty ones and ones far behind the others included, against a set of lines.</summary>
    [Fact]
    public void First_RandomOperations_IsTheFirstOfASet()
    {
        var random = new Random(5);
        for (int round = 0; round < 60; round++)
        {
            var cache = new WordCache();
            var dirty = new SortedSet<long>();
            var stale = new SortedSet<long>();
            for (int step = 0; step < 40; step++)
            {
                long start = random.Next(LineCount * Line);
                long length = random.Next(4) == 0 ? random.Next(3) : random.Next(5 * Line);
                long[] lines = [.. Enumerable.Range(0, 2 * LineCount).Select(static line => (long)line).Where(line => length > 0 && start < (line + 1) * Line && start + length > line * Line)];
                switch (random.Next(5))
                {
                    case 0:
                        cache.CoreWrote(start, length);
                        dirty.UnionWith(lines);
                        stale.ExceptWith(lines);
                        break;
                    case 1 or 2:
                        cache.DmaWrote(start, length);
                        stale.UnionWith(lines);
                        break;
                    case 3:
                        cache.WriteBack(start, length);
                        dirty.ExceptWith(lines);
                        break;
                    default:
                        cache.Invalidate(start, length);
                        dirty.ExceptWith(lines);
                        stale.ExceptWith(lines);
                        break;
                }

                long from = random.Next(LineCount * Line);
                long count = random.Next(9 * Line);
                Assert.Equal((FirstOf(dirty), FirstOf(stale)), (cache.FirstDirty(from, count), cache.FirstStale(from, count)));

                long FirstOf(SortedSet<long> marked) => marked.Where(line => count > 0 && from < (line + 1) * Line && from + count > line * Line).DefaultIfEmpty(-1).First();
            }
        }
    }
}
