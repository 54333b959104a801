using TileProof.Operators;

namespace TileProof.Tests.Networks;

public sealed class CounterRandomTests
{
    private static readonly CounterRandom Random = CounterRandom.FromSeed(1).Stream("test");

    [Fact]
    public void Bits_AnyOrder_SameNumberPerPosition()
    {
        ulong[] forward = [.. Enumerable.Range(0, 100).Select(Random.Bits)];
        ulong[] backward = [.. Enumerable.Range(0, 100).Reverse().Select(CounterRandom.FromSeed(1).Stream("test").Bits).Reverse()];
        Assert.Equal(forward, backward);
        Assert.Equal(100, forward.Distinct().Count());
    }

    [Fact]
    public void Stream_OtherNameNumberOrSeed_OtherNumbers()
    {
        CounterRandom[] streams =
        [
            CounterRandom.FromSeed(1), CounterRandom.FromSeed(2), CounterRandom.FromSeed(1).Stream("a"), CounterRandom.FromSeed(1).Stream("b"),
            CounterRandom.FromSeed(1).Stream(0), CounterRandom.FromSeed(1).Stream(1),
        ];
        Assert.Equal(streams.Length, streams.Select(stream => stream.Bits(0)).Distinct().Count());
    }

    [Fact]
    public void Normal_HundredThousand_HasMomentsOfANormalDistribution()
    {
        double[] numbers = [.. Enumerable.Range(0, 100_000).Select(i => (double)Random.Normal(i))];
        Assert.InRange(numbers.Average(), -0.02, 0.02);
        Assert.InRange(numbers.Average(x => x * x), 0.98, 1.02);
        Assert.InRange(numbers.Average(x => x * x * x * x), 2.6, 2.8);
        Assert.InRange(numbers.Max(x => Math.Abs(x)), 3, 3.47);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(12_345, 1)]
    [InlineData(-1, -1)]
    [InlineData(~70_000, -1)]
    [InlineData(7, 1 << 20)]
    public void Normals_AnyLength_GiveWhatNormalGives(int firstCounter, int step)
    {
        for (int length = 0; length < 70; length++)
        {
            var normals = new float[length];
            Random.Normals(firstCounter, step, normals);
            Assert.Equal(Enumerable.Range(0, length).Select(i => Random.Normal(unchecked(firstCounter + (i * step)))), normals);
        }
    }

    [Fact]
    public void UniformAndBelow_HundredThousand_FillTheirRangesEvenly()
    {
        int[] counts = new int[10];
        for (int i = 0; i < 100_000; i++)
        {
            counts[Random.Below(i, counts.Length)]++;
            Assert.InRange(Random.Uniform(i, 2, 4), 2, 4);
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.InRange(Enumerable.Range(0, 100_000).Average(i => Random.Uniform(i)), 0.497, 0.503);
    }
}
