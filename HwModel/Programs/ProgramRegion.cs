using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Programs;

/// <summary>Planes of rows of bytes in a buffer of a program.</summary>
/// <param name="Buffer">The number of the buffer in <see cref="InstructionList.Buffers"/>.</param>
/// <param name="OffsetBytes">The first byte, from the start of the buffer.</param>
/// <param name="RowBytes">Bytes in a row.</param>
/// <param name="RowCount">Rows in a plane.</param>
/// <param name="RowPitchBytes">From one row to the next.</param>
/// <param name="PlaneCount">Planes.</param>
/// <param name="PlanePitchBytes">From one plane to the next.</param>
public readonly record struct ProgramRegion(
    int Buffer, int OffsetBytes, int RowBytes, int RowCount, int RowPitchBytes, int PlaneCount, int PlanePitchBytes)
{
    /// <summary>All bytes moved or touched.</summary>
    public long TotalBytes => (long)RowBytes * RowCount * PlaneCount;

    /// <summary>Consecutive bytes.</summary>
    public static ProgramRegion Linear(int buffer, int offsetBytes, int lengthBytes) => new(buffer, offsetBytes, lengthBytes, 1, lengthBytes, 1, lengthBytes);

    /// <summary>Rows at a pitch.</summary>
    public static ProgramRegion Rows(int buffer, int offsetBytes, int rowBytes, int rowCount, int rowPitchBytes) =>
        new(buffer, offsetBytes, rowBytes, rowCount, rowPitchBytes, 1, rowPitchBytes * rowCount);

    /// <summary>The region in the memory that the buffer has on a machine.</summary>
    public StridedRegion In(MemoryBuffer memory) => new(memory, OffsetBytes, RowBytes, RowCount, RowPitchBytes, PlaneCount, PlanePitchBytes);

    /// <summary>Regions in the memory that their buffers have on a machine, by the numbers of the buffers.</summary>
    internal static StridedRegion[] In(ReadOnlySpan<ProgramRegion> regions, ReadOnlySpan<MemoryBuffer?> memory)
    {
        var placed = new StridedRegion[regions.Length];
        for (int i = 0; i < placed.Length; i++)
        {
            placed[i] = regions[i].In(memory[regions[i].Buffer]!);
        }

        return placed;
    }
}
