namespace TileProof.HwModel.Machine;

/// <summary>Planes of rows of bytes inside a buffer: one side of a DMA transfer, or what a compute step reads or writes.</summary>
/// <param name="Buffer">The allocation that the program means to address.</param>
/// <param name="OffsetBytes">The first byte, from the start of the buffer.</param>
/// <param name="RowBytes">Bytes in a row.</param>
/// <param name="RowCount">Rows in a plane.</param>
/// <param name="RowPitchBytes">From one row to the next.</param>
/// <param name="PlaneCount">Planes.</param>
/// <param name="PlanePitchBytes">From one plane to the next.</param>
public readonly record struct StridedRegion(
    MemoryBuffer Buffer, int OffsetBytes, int RowBytes, int RowCount, int RowPitchBytes, int PlaneCount, int PlanePitchBytes)
{
    /// <summary>All bytes moved or touched.</summary>
    public long TotalBytes => (long)RowBytes * RowCount * PlaneCount;

    /// <summary>The first byte in the memory space.</summary>
    public long StartInSpace => (long)Buffer.OffsetBytes + OffsetBytes;

    /// <summary>One past the last byte in the memory space.</summary>
    public long EndInSpace => StartInSpace + ExtentBytes;

    /// <summary>From the first byte to one past the last; 0 for an empty region.</summary>
    public long ExtentBytes => TotalBytes == 0
        ? 0
        : ((long)(PlaneCount - 1) * PlanePitchBytes) + ((long)(RowCount - 1) * RowPitchBytes) + RowBytes;

    /// <summary>Whether every byte lies inside <see cref="Buffer"/>.</summary>
    public bool IsInsideBuffer => TotalBytes == 0 || (OffsetBytes >= 0 && OffsetBytes + ExtentBytes <= Buffer.LengthBytes);

    /// <summary>Consecutive bytes.</summary>
    public static StridedRegion Linear(MemoryBuffer buffer, int offsetBytes, int lengthBytes) =>
        new(buffer, offsetBytes, lengthBytes, 1, lengthBytes, 1, lengthBytes);

    /// <summary>Rows at a pitch.</summary>
    public static StridedRegion Rows(MemoryBuffer buffer, int offsetBytes, int rowBytes, int rowCount, int rowPitchBytes) =>
        new(buffer, offsetBytes, rowBytes, rowCount, rowPitchBytes, 1, rowPitchBytes * rowCount);

    /// <summary>The bytes of a region of one row, also those behind its buffer that a published program touches.</summary>
    internal Span<byte> ConsecutiveBytes() => Buffer.BytesFrom(OffsetBytes, RowBytes * RowCount * PlaneCount);

    /// <summary>The offset in the memory space of a row, counted over all planes.</summary>
    public int RowStartInSpace(int row) =>
        checked((int)(StartInSpace + ((long)(row / RowCount) * PlanePitchBytes) + ((long)(row % RowCount) * RowPitchBytes)));

    /// <summary><c>'label' bytes a..b in DRAM0</c>, counted in the buffer.</summary>
    public override string ToString() => $"'{Buffer.Label}' bytes {OffsetBytes}..{OffsetBytes + ExtentBytes - 1} in {Buffer.Space.Name}";
}
