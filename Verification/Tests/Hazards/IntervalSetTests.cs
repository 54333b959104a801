using TileProof.HwModel.Hazards;

namespace TileProof.Tests.Hazards;

/// <summary>The set against a plain array of bytes, at every query of a small space, empty ones too.</summary>
public sealed class IntervalSetTests
{
    private const int Size = 11;

    [Fact]
    public void Queries_AfterAnyAdditionsAndRemovals_EqualThoseOfAnArray()
    {
        var random = new Random(11);
        for (int round = 0; round < 40; round++)
        {
            var set = new IntervalSet();
            var bytes = new bool[Size];
            for (int step = 0; step < 8; step++)
            {
                int start = random.Next(Size + 1);
                int end = random.Next(start, Size + 1);
                bool adds = random.Next(3) > 0;
                if (adds)
                {
                    set.Add(start, end);
                }
                else
                {
                    set.Remove(start, end);
                }

                Array.Fill(bytes, adds, start, end - start);
                RequireEqual(set, bytes);
            }
        }
    }

    /// <summary>An empty range touches nothing, also inside of an interval.</summary>
    [Fact]
    public void FirstIn_EmptyRange_IsNone()
    {
        var set = new IntervalSet();
        set.Add(2, 9);
        Assert.All(Enumerable.Range(0, Size), start => Assert.Null(set.FirstIn(start, start)));
    }

    private static void RequireEqual(IntervalSet set, bool[] bytes)
    {
        for (int start = 0; start <= Size; start++)
        {
            for (int end = start; end <= Size; end++)
            {
                Assert.Equal(FirstRun(bytes, start, end, wanted: true), set.FirstIn(start, end));
                Assert.Equal(FirstRun(bytes, start, end, wanted: false), set.FirstMissing(start, end));
            }
        }
    }

    private static (long Start, long End)? FirstRun(bool[] bytes, int start, int end, bool wanted)
    {
        int first = Array.IndexOf(bytes, wanted, start, end - start);
        if (first < 0)
        {
            return null;
        }

        int next = Array.IndexOf(bytes, !wanted, first, end - first);
        return (first, next < 0 ? end : next);
    }
}
