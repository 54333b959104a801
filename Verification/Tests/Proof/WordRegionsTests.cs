using TileProof.HwModel.Machine;
using TileProof.HwModel.Proof;

namespace TileProof.Tests.Proof;

/// <summary>The bytes that two strided regions share, against every pair of their rows.</summary>
public sealed class WordRegionsTests
{
    private const int BankBytes = 4096;

    /// <summary>Rows that lie over one another, planes closer than their rows reach, single rows and rows of a byte are among them.</summary>
    [Fact]
    public void Overlaps_RandomRegions_AreThoseOfAllPairsOfRows()
    {
        MemoryBank bank = MemoryBank.AllOf(DspConfiguration.FromBankBytes(BankBytes, BankBytes), hasBytes: false)[0];
        MemoryBuffer buffer = bank.Allocate("all", BankBytes);
        var random = new Random(11);
        int overlapping = 0;
        for (int i = 0; i < 4000; i++)
        {
            StridedRegion first = Next();
            StridedRegion second = Next();
            (long, long)[] expected = [.. from row in Rows(first) from other in Rows(second) let start = Math.Max(row.Start, other.Start) let end = Math.Min(row.End, other.End) where start < end select (start, end)];
            byte[] shared = Bytes(expected);
            Assert.Equal(shared, Bytes(WordRegions.Overlaps(first, second)));
            Assert.DoesNotContain(WordRegions.Overlaps(first, second), static range => range.Start >= range.End);
            overlapping += shared.Any(static count => count > 0) ? 1 : 0;
        }

        Assert.InRange(overlapping, 1000, 3900);

        StridedRegion Next() => new(buffer, random.Next(600), random.Next(1, 20), random.Next(1, 7), random.Next(0, 40), random.Next(1, 6), random.Next(0, 160));
    }

    private static IEnumerable<(long Start, long End)> Rows(StridedRegion region) => from plane in Enumerable.Range(0, region.PlaneCount)
        from row in Enumerable.Range(0, region.RowCount)
        let start = region.StartInSpace + (plane * (long)region.PlanePitchBytes) + (row * (long)region.RowPitchBytes)
        select (start, start + region.RowBytes);

    /// <summary>Joined rows come as one, so that bytes are compared.</summary>
    private static byte[] Bytes(IEnumerable<(long Start, long End)> ranges)
    {
        byte[] marks = new byte[BankBytes];
        foreach ((long start, long end) in ranges)
        {
            marks.AsSpan((int)start, (int)(end - start)).Fill(1);
        }

        return marks;
    }
}
