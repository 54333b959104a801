using TileProof.HwModel.Timing;
using TileProof.Operators;

namespace TileProof.Tests.Timing;

/// <summary>The simulated data cache against one that is written out line by line.</summary>
public sealed class DataCacheLinesTests
{
    // Ways that are no power of two, one way, one set; sets and lines that are no power of two.
    public static TheoryData<int, int, int> Geometries => new()
    {
        { 1536, 3, 64 }, { 1024, 2, 128 }, { 640, 1, 128 }, { 512, 4, 128 }, { 3840, 5, 32 }, { 2304, 3, 48 },
    };

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Touch_AnyAddresses_MissesWhatTheWrittenOutCacheMisses(int capacityBytes, int wayCount, int lineBytes)
    {
        var geometry = new DataCacheGeometry(capacityBytes, wayCount, lineBytes);
        var cache = new DataCacheLines(geometry);
        var naive = new NaiveCache(capacityBytes, wayCount, lineBytes);
        CounterRandom random = CounterRandom.FromSeed(2107);
        for (int step = 0; step < 3000; step++)
        {
            // Most within twice the cache, some far off; lengths to three lines.
            long address = (long)(random.Uniform(3 * step) * (step % 7 == 0 ? 1L << 33 : 2 * capacityBytes));
            int bytes = 1 + (int)(random.Uniform((3 * step) + 1) * 3 * lineBytes);
            cache.Touch(address, bytes);
            for (int i = 0; i < bytes; i++)
            {
                naive.Touch(address + i);
            }

            Assert.Equal(naive.MissCount, cache.MissCount);
        }

        Assert.InRange(cache.MissCount, 1000, 9000);
    }

    // Two ways of one set: the third line replaces the one whose use lies furthest back, not the oldest.
    [Fact]
    public void Touch_LineUsedAgain_IsNotTheOneThatIsReplaced()
    {
        var cache = new DataCacheLines(new DataCacheGeometry(64, 2, 32));
        foreach ((long address, long misses) in new[] { (0L, 1L), (40, 2), (31, 2), (64, 3), (0, 3), (33, 4), (64, 5) })
        {
            cache.Touch(address, 1);
            Assert.Equal(misses, cache.MissCount);
        }
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(4, 1000)]
    [InlineData(7, 2047)]
    [InlineData(9, 2305)]
    public void RepeatedScanMisses_SecondScan_MissesAsManyLines(int ways, int bytes)
    {
        var geometry = new DataCacheGeometry(ways * 3 * 32, ways, 32);
        var cache = new DataCacheLines(geometry);
        cache.Touch(0, bytes);
        long first = cache.MissCount;
        Assert.Equal(geometry.LinesOf(bytes), first);
        cache.Touch(0, bytes);
        Assert.Equal(geometry.RepeatedScanMisses(bytes), cache.MissCount - first);
    }

    /// <summary>Every line with the time of its last use.</summary>
    private sealed class NaiveCache(int capacityBytes, int wayCount, int lineBytes)
    {
        private readonly List<(long Line, long UsedAt)> held = [];
        private long now;

        public long MissCount { get; private set; }

        public void Touch(long address)
        {
            now++;
            long line = address / lineBytes;
            int known = held.FindIndex(one => one.Line == line);
            if (known >= 0)
            {
                held[known] = (line, now);
                return;
            }

            MissCount++;
            int sets = capacityBytes / (wayCount * lineBytes);
            (long Line, long UsedAt)[] same = [.. held.Where(one => one.Line % sets == line % sets)];
            if (same.Length == wayCount)
            {
                held.Remove(same.MinBy(static one => one.UsedAt));
            }

            held.Add((line, now));
        }
    }
}
