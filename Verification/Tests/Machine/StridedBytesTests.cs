using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.Tests.Machine;

/// <summary>Copies and fills of every row length against one byte at a time, with the bytes around them.</summary>
public sealed class StridedBytesTests
{
    /// <summary>Below one vector, every tail, and rows of many vectors.</summary>
    private static readonly int[] RowLengths = [.. Enumerable.Range(1, 135), 191, 192, 193, 1024, 1025];

    /// <summary>
    /// Rows of a plane, and the gaps behind a row and a plane: rows and planes without gaps are moved as one, and planes of few rows row by
    /// row.
    /// </summary>
    public static TheoryData<int, int, int> Layouts => new() { { 3, 1, 7 }, { 3, 0, 7 }, { 3, 0, 0 }, { 2, 1, 7 }, { 2, 0, 7 }, { 2, 0, 0 } };

    [Theory, MemberData(nameof(Layouts))]
    public void Copy_AnyLengthAndPart_EqualsByteByByte(int rowCount, int rowGapBytes, int planeGapBytes)
    {
        foreach (int rowBytes in RowLengths)
        {
            using DspMachine machine = Machine();
            (StridedRegion source, StridedRegion destination) = Regions(machine, rowBytes, rowCount, rowGapBytes, planeGapBytes);
            int all = source.RowCount * source.PlaneCount;
            foreach ((int first, int end) in new[] { (0, all), (1, all), (0, 0), (2, 5), (3, 4), (0, 1), (3, all), (0, 3), (0, 4) })
            {
                machine.System.Bytes.Fill(0xEE);
                new Random(rowBytes).NextBytes(machine.Banks[0].Bytes);
                byte[] expected = machine.System.Bytes.ToArray();
                for (int row = first; row < end; row++)
                {
                    for (int i = 0; i < rowBytes; i++)
                    {
                        expected[destination.RowStartInSpace(row) + i] = machine.Banks[0].Bytes[source.RowStartInSpace(row) + i];
                    }
                }

                StridedBytes.Copy(source, destination, first, end);
                AssertEqual(expected, machine, $"rows {first}..{end} of {rowBytes} bytes");
            }
        }
    }

    [Theory, MemberData(nameof(Layouts))]
    public void Fill_AnyLength_EqualsByteByByte(int rowCount, int rowGapBytes, int planeGapBytes)
    {
        foreach (int rowBytes in RowLengths)
        {
            using DspMachine machine = Machine();
            (_, StridedRegion region) = Regions(machine, rowBytes, rowCount, rowGapBytes, planeGapBytes);
            machine.System.Bytes.Fill(0xEE);
            byte[] expected = machine.System.Bytes.ToArray();
            for (int row = 0; row < region.RowCount * region.PlaneCount; row++)
            {
                expected.AsSpan(region.RowStartInSpace(row), rowBytes).Fill(7);
            }

            StridedBytes.Fill(region, 7);
            AssertEqual(expected, machine, $"rows of {rowBytes} bytes");
        }
    }

    /// <summary>Enough short rows for several at once: pitches up to a vector, planes that follow one another or not, and regions that end where the memory does.</summary>
    [Theory]
    [InlineData(5, 0, 17), InlineData(5, 3, 17), InlineData(4, 1, 40), InlineData(1, 0, 70), InlineData(70, 2, 1), InlineData(2, 0, 33)]
    public void CopyAndFill_ManyShortRows_EqualByteByByte(int rowCount, int planeGapBytes, int planeCount)
    {
        foreach (int rowBytes in Enumerable.Range(1, 33))
        {
            foreach (int gapBytes in new[] { 0, 1, 2, 7, 30 })
            {
                foreach (bool endsWithMemory in new[] { false, true })
                {
                    using DspMachine machine = Machine();
                    StridedRegion source = Region(machine.Allocate(0, "source", 16384), rowBytes, 0, 2 * planeGapBytes);
                    StridedRegion destination = Region(machine.System.Allocate("destination", 16384), rowBytes, gapBytes, planeGapBytes);
                    new Random(rowBytes).NextBytes(machine.Banks[0].Bytes);
                    machine.System.Bytes.Fill(0xEE);
                    byte[] copied = machine.System.Bytes.ToArray();
                    byte[] filled = machine.System.Bytes.ToArray();
                    for (int row = 0; row < rowCount * planeCount; row++)
                    {
                        machine.Banks[0].Bytes.Slice(source.RowStartInSpace(row), rowBytes).CopyTo(copied.AsSpan(destination.RowStartInSpace(row)));
                        filled.AsSpan(destination.RowStartInSpace(row), rowBytes).Fill(7);
                    }

                    StridedBytes.Copy(source, destination, 0, rowCount * planeCount);
                    AssertEqual(copied, machine, $"{rowCount} x {planeCount} rows of {rowBytes} bytes, gaps {gapBytes}, copied");
                    machine.System.Bytes.Fill(0xEE);
                    StridedBytes.Fill(destination, 7);
                    AssertEqual(filled, machine, $"{rowCount} x {planeCount} rows of {rowBytes} bytes, gaps {gapBytes}, filled");

                    StridedRegion Region(MemoryBuffer buffer, int bytes, int rowGap, int planeGap)
                    {
                        var region = new StridedRegion(buffer, 3, bytes, rowCount, bytes + rowGap, planeCount, (rowCount * (bytes + rowGap)) + planeGap);
                        return endsWithMemory ? region with { OffsetBytes = buffer.LengthBytes - (int)region.ExtentBytes } : region;
                    }
                }
            }
        }
    }

    /// <summary>A row may be read after the one before was written where both lie in the same memory.</summary>
    [Fact]
    public void Copy_ShortRowsInOneMemory_InOrder()
    {
        using DspMachine machine = Machine();
        MemoryBuffer buffer = machine.Allocate(0, "both", 16384);
        new Random(1).NextBytes(machine.Banks[0].Bytes);
        byte[] expected = machine.Banks[0].Bytes.ToArray();
        StridedRegion source = StridedRegion.Rows(buffer, 0, 9, 100, 20);
        StridedRegion destination = StridedRegion.Rows(buffer, 12, 9, 100, 9);
        for (int row = 0; row < 100; row++)
        {
            expected.AsSpan(row * 20, 9).ToArray().CopyTo(expected, 12 + (row * 9));
        }

        StridedBytes.Copy(source, destination, 0, 100);
        Assert.Equal(expected, machine.Banks[0].Bytes[..expected.Length].ToArray());
    }

    [Fact]
    public void Fill_RegionBehindTheMemory_Throws()
    {
        using DspMachine machine = Machine();
        MemoryBuffer buffer = machine.System.Allocate("all", machine.System.CapacityBytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => StridedBytes.Fill(StridedRegion.Linear(buffer, 1, buffer.LengthBytes), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => StridedBytes.Fill(new StridedRegion(buffer, 64, 1, 2, -1, 1, 0), 0));
    }

    private static void AssertEqual(byte[] expected, DspMachine machine, string what)
    {
        int at = expected.AsSpan().CommonPrefixLength(machine.System.Bytes);
        Assert.True(at == expected.Length, at == expected.Length ? "" : $"{what}: byte {at} is {machine.System.Bytes[at]}, expected {expected[at]}");
    }

    private static DspMachine Machine() => new(DspConfiguration.FromBankBytes(16384, 16384), 16384, new LandAtIssue());

    /// <summary>Two planes of three rows or five planes of two; where there are gaps, those of the destination are other ones.</summary>
    private static (StridedRegion Source, StridedRegion Destination) Regions(DspMachine machine, int rowBytes, int rowCount, int rowGapBytes, int planeGapBytes)
    {
        int planeCount = rowCount == 3 ? 2 : 5;
        return (Region(machine.Allocate(0, "source", 16384), 3, rowGapBytes, planeGapBytes),
            Region(machine.System.Allocate("destination", 16384), 5, 4 * rowGapBytes, 2 * planeGapBytes));

        StridedRegion Region(MemoryBuffer buffer, int offsetBytes, int rowGap, int planeGap) =>
            new(buffer, offsetBytes, rowBytes, rowCount, rowBytes + rowGap, planeCount, (rowCount * (rowBytes + rowGap)) + planeGap);
    }
}
