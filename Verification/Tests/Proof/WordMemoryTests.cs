using TileProof.HwModel.Machine;
using TileProof.HwModel.Proof;
using TileProof.Operators.Words;

namespace TileProof.Tests.Proof;

/// <summary>What the core and DMA see of system memory, line by line, against a list of the lines that each has not got.</summary>
public sealed class WordMemoryTests
{
    private const int Line = SystemMemory.CacheLineBytes;
    private const int FirstLength = (5 * Line) + 20;
    private const int SecondLength = 3 * Line;
    private const int LineCount = 9;
    private static readonly DspConfiguration Machine = DspConfiguration.FromBankBytes(2048, 1024);

    /// <summary>Two tensors that begin dirty, of six and three lines; lines are written back one after the other, and every range is read in between.</summary>
    [Fact]
    public void DmaRead_DirtyLines_AreNotThere()
    {
        (WordMemory memory, MemoryBuffer first, MemoryBuffer second) = Create();
        bool[] dirty = [.. Enumerable.Repeat(true, LineCount)];
        foreach (int line in new[] { 7, 0, 3, 2, 8, 5, 1, 6, 4 })
        {
            foreach (MemoryBuffer tensor in new[] { first, second })
            {
                foreach ((int offset, int length) in new[] { (0, tensor.LengthBytes), (Line - 1, Line + 2), (1, 2 * Line), (Line, Line), (Line + 1, 1) })
                {
                    Require(memory.DmaRead(StridedRegion.Linear(tensor, offset, length)), tensor, offset, dirty, WordKind.InCacheOnly);
                    Require(memory.CoreRead(StridedRegion.Linear(tensor, offset, length)), tensor, offset, [], WordKind.StaleInCache);
                }

                Assert.Equal(!dirty[(tensor.OffsetBytes / Line)..((tensor.OffsetBytes + tensor.LengthBytes + Line - 1) / Line)].Any(static one => one), memory.IsOriginal(tensor.Whole()));
            }

            memory.WriteBack(StridedRegion.Linear(line < 6 ? first : second, (line < 6 ? line : line - 6) * Line, 1));
            dirty[line] = false;
        }

        Assert.True(memory.IsOriginal(first.Whole()) && memory.IsOriginal(second.Whole()));
        memory.Dispose();
    }

    /// <summary>DMA writes rows that begin and end within lines: the core keeps its old lines until it drops them, one after the other.</summary>
    [Fact]
    public void CoreRead_StaleLines_AreOld()
    {
        (WordMemory memory, MemoryBuffer first, _) = Create();
        memory.WriteBack(first.Whole());
        var region = StridedRegion.Rows(first, Line - 1, Line + 2, 2, 2 * Line);
        ulong[] row = [.. Enumerable.Range(0, Line + 2).Select(static i => RingWords.Of(WordKind.Weight, i))];
        memory.DmaWrite(region, 0, row);
        memory.DmaWrite(region, 1, row);
        Assert.False(memory.IsOriginal(first.Whole()));
        bool[] stale = [true, true, true, true, true, false];
        foreach (int line in new[] { 2, 0, 4, 1, 3 })
        {
            ulong[] expected = [.. Enumerable.Range(0, FirstLength).Select(At)];
            Assert.Equal(expected, memory.CoreRead(first.Whole()).ToArray());
            memory.Invalidate(StridedRegion.Linear(first, (line * Line) + 5, 1));
            stale[line] = false;
        }

        Assert.Equal(Enumerable.Range(0, FirstLength).Select(At), memory.CoreRead(first.Whole()).ToArray());
        memory.Dispose();

        ulong At(int at)
        {
            int inRow = (at - (Line - 1)) % (2 * Line);
            return stale[at / Line] ? RingWords.Of(WordKind.StaleInCache, at / Line)
                : at >= Line - 1 && at < (4 * Line) + 1 && inRow < Line + 2 ? RingWords.Of(WordKind.Weight, inRow) : RingWords.Of(WordKind.Input, at);
        }
    }

    /// <summary>What DMA writes over a dirty line may be lost when the cache evicts it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    public void DmaWrite_OverADirtyLine_MayBeLost(int line)
    {
        (WordMemory memory, MemoryBuffer first, _) = Create();
        memory.WriteBack(first.Whole());
        memory.CoreWrite(StridedRegion.Linear(first, (line * Line) + 3, 1), 0, [1]);
        ulong[] words = [.. Enumerable.Range(0, FirstLength).Select(static i => RingWords.Of(WordKind.Weight, i))];

        memory.DmaWrite(first.Whole(), 0, words);

        Assert.Equal(
            words.Select((word, at) => at / Line == line ? RingWords.Of(WordKind.InCacheOnly, line) : word),
            memory.InMemory(first.Whole(), 0).ToArray());
        memory.Dispose();
    }

    private static (WordMemory Memory, MemoryBuffer First, MemoryBuffer Second) Create()
    {
        var system = new SystemMemory(LineCount * Line, Machine, hasBytes: false);
        MemoryBuffer first = system.Allocate("first", FirstLength);
        MemoryBuffer second = system.Allocate("second", SecondLength);
        var memory = new WordMemory([], system, modelsCache: true);
        memory.Place(first, WordKind.Input, 0);
        memory.Place(second, WordKind.Weight, 0);
        return (memory, first, second);
    }

    private static void Require(ReadOnlySpan<ulong> words, MemoryBuffer tensor, int offset, bool[] lines, WordKind kind)
    {
        WordKind own = tensor.OffsetBytes == 0 ? WordKind.Input : WordKind.Weight;
        for (int i = 0; i < words.Length; i++)
        {
            int line = (tensor.OffsetBytes + offset + i) / Line;
            Assert.Equal(line < lines.Length && lines[line] ? RingWords.Of(kind, line) : RingWords.Of(own, offset + i), words[i]);
        }
    }
}
