using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TileProof.HwModel.Machine;

/// <summary>Moves and fills the bytes of strided regions, whose rows are often a few bytes long.</summary>
internal static class StridedBytes
{
    /// <summary>Longer rows are copied by the runtime.</summary>
    private const int LargestVectorRowBytes = 1024;

    /// <summary>Copies rows, counted over all planes, from one region to another of the same row bytes, rows and planes.</summary>
    public static void Copy(in StridedRegion source, in StridedRegion destination, int firstRow, int endRow)
    {
        if (firstRow >= endRow)
        {
            return;
        }

        ref byte from = ref FirstByte(source);
        ref byte to = ref FirstByte(destination);
        int rowCount = source.RowCount;
        (int plane, int row) = Math.DivRem(firstRow, rowCount);
        bool isGapless = rowCount == 1 || (source.RowPitchBytes == source.RowBytes && destination.RowPitchBytes == source.RowBytes);
        int planes = (endRow / rowCount) - plane;
        if (row == 0 && endRow % rowCount == 0 && (isGapless || rowCount < planes))
        {
            // A plane is one row, or planes that have few rows are walked row by row.
            int rowBytes = isGapless ? source.RowBytes * rowCount : source.RowBytes;
            for (; row < (isGapless ? 1 : rowCount); row++)
            {
                ref byte fromPlanes = ref Unsafe.Add(ref from, ((nint)plane * source.PlanePitchBytes) + ((nint)row * source.RowPitchBytes));
                ref byte toPlanes = ref Unsafe.Add(ref to, ((nint)plane * destination.PlanePitchBytes) + ((nint)row * destination.RowPitchBytes));
                CopyRows(ref fromPlanes, source.PlanePitchBytes, ref toPlanes, destination.PlanePitchBytes, rowBytes, planes);
            }

            return;
        }

        for (int left = endRow - firstRow; left > 0; plane++, row = 0)
        {
            int rows = Math.Min(rowCount - row, left);
            ref byte fromRow = ref Unsafe.Add(ref from, ((nint)plane * source.PlanePitchBytes) + ((nint)row * source.RowPitchBytes));
            ref byte toRow = ref Unsafe.Add(ref to, ((nint)plane * destination.PlanePitchBytes) + ((nint)row * destination.RowPitchBytes));
            CopyRows(ref fromRow, source.RowPitchBytes, ref toRow, destination.RowPitchBytes, source.RowBytes, rows);
            left -= rows;
        }
    }

    /// <summary>Writes one byte over a region.</summary>
    public static void Fill(in StridedRegion region, byte value)
    {
        if (region.TotalBytes == 0)
        {
            return;
        }

        ref byte first = ref FirstByte(region);
        if (region.RowCount == 1 || region.RowPitchBytes == region.RowBytes)
        {
            FillRows(ref first, region.PlanePitchBytes, region.RowBytes * region.RowCount, region.PlaneCount, value);
            return;
        }

        if (region.RowCount < region.PlaneCount)
        {
            for (int row = 0; row < region.RowCount; row++)
            {
                FillRows(ref Unsafe.Add(ref first, (nint)row * region.RowPitchBytes), region.PlanePitchBytes, region.RowBytes, region.PlaneCount, value);
            }

            return;
        }

        for (int plane = 0; plane < region.PlaneCount; plane++)
        {
            FillRows(ref Unsafe.Add(ref first, (nint)plane * region.PlanePitchBytes), region.RowPitchBytes, region.RowBytes, region.RowCount, value);
        }
    }

    /// <summary>The first byte of a region that lies in its memory as a whole.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not, or a pitch is negative.</exception>
    private static ref byte FirstByte(in StridedRegion region)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(region.RowPitchBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(region.PlanePitchBytes);
        long last = region.StartInSpace + ((long)(region.PlaneCount - 1) * region.PlanePitchBytes) + ((long)(region.RowCount - 1) * region.RowPitchBytes);
        Span<byte> bytes = region.Buffer.Space.Bytes;
        _ = bytes.Slice(checked((int)last), region.RowBytes);
        return ref bytes[(int)region.StartInSpace];
    }

    private static void CopyRows(ref byte from, int fromPitch, ref byte to, int toPitch, int rowBytes, int rows)
    {
        if (fromPitch == rowBytes && toPitch == rowBytes)
        {
            (rowBytes, rows) = (rowBytes * rows, 1);
        }

        switch (rowBytes)
        {
            case 1:
                for (; rows > 0; rows--)
                {
                    to = from;
                    from = ref Unsafe.Add(ref from, fromPitch);
                    to = ref Unsafe.Add(ref to, toPitch);
                }

                break;
            case < 4:
                CopyShortRows<short>(ref from, fromPitch, ref to, toPitch, rowBytes, rows);
                break;
            case < 8:
                CopyShortRows<int>(ref from, fromPitch, ref to, toPitch, rowBytes, rows);
                break;
            case < 16:
                CopyShortRows<long>(ref from, fromPitch, ref to, toPitch, rowBytes, rows);
                break;
            case <= 32:
                CopyShortRows<Vector128<byte>>(ref from, fromPitch, ref to, toPitch, rowBytes, rows);
                break;
            case <= 64:
                CopyShortRows<Vector256<byte>>(ref from, fromPitch, ref to, toPitch, rowBytes, rows);
                break;
            case <= 128:
                CopyShortRows<Vector512<byte>>(ref from, fromPitch, ref to, toPitch, rowBytes, rows);
                break;
            case <= LargestVectorRowBytes:
                CopyVectorRows(ref from, fromPitch, ref to, toPitch, rowBytes, rows);
                break;
            default:
                CopyLongRows(ref from, fromPitch, ref to, toPitch, rowBytes, rows);
                break;
        }
    }

    /// <summary>Rows of one to two <typeparamref name="T"/>: both ends, which may overlap, are read before they are written.</summary>
    private static void CopyShortRows<T>(ref byte from, int fromPitch, ref byte to, int toPitch, int rowBytes, int rows)
        where T : unmanaged
    {
        int secondOffset = rowBytes - Unsafe.SizeOf<T>();
        for (; rows > 0; rows--)
        {
            T first = Unsafe.ReadUnaligned<T>(ref from);
            T second = Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref from, secondOffset));
            Unsafe.WriteUnaligned(ref to, first);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, secondOffset), second);
            from = ref Unsafe.Add(ref from, fromPitch);
            to = ref Unsafe.Add(ref to, toPitch);
        }
    }

    /// <summary>Rows of two vectors and more; the last vector overlaps the one before it.</summary>
    private static void CopyVectorRows(ref byte from, int fromPitch, ref byte to, int toPitch, int rowBytes, int rows)
    {
        int lastOffset = rowBytes - Vector512<byte>.Count;
        for (; rows > 0; rows--)
        {
            for (int offset = 0; offset < lastOffset; offset += Vector512<byte>.Count)
            {
                Vector512.LoadUnsafe(ref from, (nuint)offset).StoreUnsafe(ref to, (nuint)offset);
            }

            Vector512.LoadUnsafe(ref from, (nuint)lastOffset).StoreUnsafe(ref to, (nuint)lastOffset);
            from = ref Unsafe.Add(ref from, fromPitch);
            to = ref Unsafe.Add(ref to, toPitch);
        }
    }

    private static void CopyLongRows(ref byte from, int fromPitch, ref byte to, int toPitch, int rowBytes, int rows)
    {
        for (; rows > 0; rows--)
        {
            MemoryMarshal.CreateReadOnlySpan(ref from, rowBytes).CopyTo(MemoryMarshal.CreateSpan(ref to, rowBytes));
            from = ref Unsafe.Add(ref from, fromPitch);
            to = ref Unsafe.Add(ref to, toPitch);
        }
    }

    private static void FillRows(ref byte target, int pitch, int rowBytes, int rows, byte value)
    {
        switch (rowBytes)
        {
            case 1:
                for (; rows > 0; rows--)
                {
                    target = value;
                    target = ref Unsafe.Add(ref target, pitch);
                }

                break;
            case < 4:
                FillShortRows(ref target, pitch, rowBytes, rows, unchecked((ushort)(value * 0x0101)));
                break;
            case < 8:
                FillShortRows(ref target, pitch, rowBytes, rows, value * 0x01010101u);
                break;
            case < 16:
                FillShortRows(ref target, pitch, rowBytes, rows, value * 0x0101010101010101ul);
                break;
            case <= 32:
                FillShortRows(ref target, pitch, rowBytes, rows, Vector128.Create(value));
                break;
            default:
                for (; rows > 0; rows--)
                {
                    Unsafe.InitBlockUnaligned(ref target, value, (uint)rowBytes);
                    target = ref Unsafe.Add(ref target, pitch);
                }

                break;
        }
    }

    /// <summary>Rows of one to two <typeparamref name="T"/>, written from both ends.</summary>
    private static void FillShortRows<T>(ref byte target, int pitch, int rowBytes, int rows, T values)
        where T : unmanaged
    {
        int secondOffset = rowBytes - Unsafe.SizeOf<T>();
        for (; rows > 0; rows--)
        {
            Unsafe.WriteUnaligned(ref target, values);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, secondOffset), values);
            target = ref Unsafe.Add(ref target, pitch);
        }
    }
}
