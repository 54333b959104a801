using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;

namespace TileProof.Tests.Hazards;

public sealed class ByteRunsTests
{
    private static readonly DspMachine Machine = new(DspConfiguration.FromBankBytes(1024, 2048), 2048, new LandAtIssue());
    private static readonly MemoryBuffer Buffer = Allocate();

    /// <summary>Offset, row bytes, rows, row pitch, planes, plane pitch; then the runs. The buffer starts at byte 64.</summary>
    [Theory]
    [InlineData(3, 5, 1, 5, 1, 5, "67..72")]
    [InlineData(0, 4, 3, 6, 1, 18, "64..68 70..74 76..80")]
    [InlineData(0, 4, 3, 4, 1, 12, "64..76")]
    [InlineData(0, 4, 2, 4, 1, 8, "64..72")]
    [InlineData(0, 4, 1, 4, 2, 4, "64..72")]
    [InlineData(0, 4, 2, 5, 1, 10, "64..68 69..73")]
    [InlineData(0, 4, 3, 4, 2, 12, "64..88")]
    [InlineData(0, 4, 3, 4, 2, 13, "64..76 77..89")]
    [InlineData(0, 4, 1, 9, 3, 4, "64..76")]
    [InlineData(0, 4, 1, 4, 3, 7, "64..68 71..75 78..82")]
    [InlineData(0, 2, 2, 3, 2, 10, "64..66 67..69 74..76 77..79")]
    [InlineData(0, 2, 2, 3, 3, 5, "64..66 67..69 69..71 72..74 74..76 77..79")]
    public void Runs_AreJoinedWhereTheyTouch(int offset, int rowBytes, int rows, int rowPitch, int planes, int planePitch, string expected)
    {
        var runs = new ByteRuns(new StridedRegion(Buffer, offset, rowBytes, rows, rowPitch, planes, planePitch));

        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, runs.Count).Select(run => $"{runs[run].Start}..{runs[run].End}")));
    }

    /// <summary>Against plain sets of bytes; what is named is common to both, without a gap, and has no common byte beside it in its runs.</summary>
    [Fact]
    public void Overlap_Random_EqualsPlainSets()
    {
        var random = new Random(31);
        int found = 0;
        for (int round = 0; round < 20000; round++)
        {
            StridedRegion x = RandomRegion(random);
            StridedRegion y = RandomRegion(random);
            HashSet<long> common = [.. Bytes(x).Intersect(Bytes(y))];
            (long Start, long End)? overlap = ByteRuns.Overlap(x, y);

            Assert.Equal(common.Count > 0, overlap is not null);
            Assert.Equal(overlap is not null, new TouchedRegion(x).Overlap(new TouchedRegion(y)) is not null);
            if (overlap is { } bytes)
            {
                found++;
                Assert.True(bytes.Start < bytes.End);
                for (long at = bytes.Start; at < bytes.End; at++)
                {
                    Assert.Contains(at, common);
                }
            }
        }

        Assert.InRange(found, 4000, 16000);
    }

    [Theory]
    [InlineData(0, 10, 10, 10, false)]
    [InlineData(0, 11, 10, 10, true)]
    [InlineData(10, 10, 0, 10, false)]
    [InlineData(10, 10, 0, 11, true)]
    [InlineData(5, 0, 0, 10, false)]
    [InlineData(0, 10, 5, 0, false)]
    public void Overlap_OfNeighboursAndEmptyRegions_None(int xOffset, int xBytes, int yOffset, int yBytes, bool expected)
    {
        StridedRegion x = StridedRegion.Linear(Buffer, xOffset, xBytes);
        StridedRegion y = StridedRegion.Linear(Buffer, yOffset, yBytes);

        Assert.Equal(expected, ByteRuns.Overlap(x, y) is not null);
        Assert.Equal(expected, new TouchedRegion(x).Overlap(new TouchedRegion(y)) is not null);
    }

    [Fact]
    public void Overlap_InDifferentMemories_None()
    {
        MemoryBuffer elsewhere = Machine.System.Buffers[0];
        StridedRegion here = StridedRegion.Linear(Buffer, 0, 64);
        StridedRegion there = StridedRegion.Linear(elsewhere, 0, 1024);

        Assert.Null(ByteRuns.Overlap(here, there));
        Assert.Null(new TouchedRegion(here).Overlap(new TouchedRegion(there)));
    }

    [Fact]
    public void Overlap_RowsWithoutPitch_AreOneRow()
    {
        StridedRegion repeated = StridedRegion.Rows(Buffer, 8, 4, 3, 0);

        Assert.Equal((74L, 76L), ByteRuns.Overlap(repeated, StridedRegion.Linear(Buffer, 10, 50)));
        Assert.Null(ByteRuns.Overlap(repeated, StridedRegion.Linear(Buffer, 12, 50)));
    }

    private static MemoryBuffer Allocate()
    {
        Machine.System.Allocate("system", 1024);
        Machine.Allocate(0, "before", 64);
        return Machine.Allocate(0, "buffer", 256);
    }

    private static StridedRegion RandomRegion(Random random)
    {
        int rowBytes = random.Next(1, 5);
        int rowPitch = rowBytes + random.Next(4);
        int rows = random.Next(1, 5);
        int planes = random.Next(1, 4);
        int planePitch = ((rows - 1) * rowPitch) + rowBytes + random.Next(6);
        return new StridedRegion(Buffer, random.Next(40), rowBytes, rows, rowPitch, planes, planePitch);
    }

    private static IEnumerable<long> Bytes(StridedRegion region) =>
        from plane in Enumerable.Range(0, region.PlaneCount)
        from row in Enumerable.Range(0, region.RowCount)
        from offset in Enumerable.Range(0, region.RowBytes)
        select region.StartInSpace + (plane * region.PlanePitchBytes) + (row * region.RowPitchBytes) + offset;
}
