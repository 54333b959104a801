using TileProof.HwModel.Hazards;

namespace TileProof.Tests.Hazards;

public sealed class IntervalSetTests
{
    private const int Extent = 40;

    /// <summary>Against a plain set of numbers, on random sequences of additions and removals; empty ranges too.</summary>
    [Fact]
    public void Operations_Random_EqualAPlainSet()
    {
        var random = new Random(21);
        for (int round = 0; round < 300; round++)
        {
            var set = new IntervalSet();
            var plain = new HashSet<long>();
            for (int step = 0; step < 12; step++)
            {
                (long start, long end) = RandomRange(random);
                if (random.Next(3) == 0)
                {
                    set.Remove(start, end);
                    plain.ExceptWith(Range(start, end));
                }
                else
                {
                    set.Add(start, end);
                    plain.UnionWith(Range(start, end));
                }

                (long from, long to) = RandomRange(random);
                Assert.Equal(FirstRun(Range(from, to), plain.Contains), set.FirstIn(from, to));
                Assert.Equal(FirstRun(Range(from, to), value => !plain.Contains(value)), set.FirstMissing(from, to));
            }

            set.Clear();
            Assert.Null(set.FirstIn(0, Extent));
        }
    }

    [Fact]
    public void FirstIn_NeighboursOfTheRange_None()
    {
        var set = new IntervalSet();
        set.Add(10, 20);
        set.Add(30, 31);

        Assert.Null(set.FirstIn(5, 10));
        Assert.Null(set.FirstIn(20, 30));
        Assert.Null(set.FirstIn(31, 40));
        Assert.Equal((19L, 20L), set.FirstIn(19, 31));
        Assert.Equal((10L, 20L), set.FirstIn(0, 99));
        Assert.Equal((12L, 13L), set.FirstIn(12, 13));
    }

    private static (long Start, long End) RandomRange(Random random)
    {
        int start = random.Next(Extent);
        return (start, start + random.Next(Extent - start + 1) / random.Next(1, 5));
    }

    private static IEnumerable<long> Range(long start, long end) => Enumerable.Range((int)start, (int)(end - start)).Select(static value => (long)value);

    private static (long Start, long End)? FirstRun(IEnumerable<long> range, Func<long, bool> isIn)
    {
        long[] run = [.. range.SkipWhile(value => !isIn(value)).TakeWhile(isIn)];
        return run.Length == 0 ? null : (run[0], run[^1] + 1);
    }
}
