using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TileProof.HwModel.Machine;

/// <summary>Moves and fills the bytes of strided regions, whose rows are often a few bytes long.</summary>
/// <remarks>Plane by plane, because neighbouring rows share cache lines; rows and planes without gaps between them are one row.</remarks>
internal static class StridedBytes
{
    /// <summary>Longer rows are copied by the runtime.</summary>
    private const int LargestVectorRowBytes = 1024;

    /// <summary>Longer rows are not worth being written several at once or over each other.</summary>
    private const int LargestShortRowBytes = 32;

    /// <summary>Planes with fewer rows are not worth a loop of their own.</summary>
    private const int FewRows = 4;

    /// <summary>Copies rows, counted over all planes, from one region to another of the same row bytes, rows and planes.</summary>
    public static void Copy(in StridedRegion source, in StridedRegion destination, int firstRow, int endRow)
    {
        if (firstRow >= endRow || !source.Buffer.Space.HasBytes)
        {
            return;
        }

        RequireInMemory(source);
        RequireInMemory(destination);
        Span<byte> from = source.Buffer.Space.Bytes[(int)source.StartInSpace..];
        Span<byte> to = destination.Buffer.Space.Bytes[(int)destination.StartInSpace..];
        bool areApart = source.Buffer.Space != destination.Buffer.Space;
        int rowCount = source.RowCount;
        while (firstRow < endRow)
        {
            // The rest of a plane, or whole planes, or the beginning of a plane.
            (int plane, int row) = Math.DivRem(firstRow, rowCount);
            int rows = Math.Min(rowCount - row, endRow - firstRow);
            int planes = rows == rowCount ? (endRow - firstRow) / rowCount : 1;
            CopyPlanes(
                from[((plane * source.PlanePitchBytes) + (row * source.RowPitchBytes))..],
                new Strides(source.RowPitchBytes, source.PlanePitchBytes),
                to[((plane * destination.PlanePitchBytes) + (row * destination.RowPitchBytes))..],
                new Strides(destination.RowPitchBytes, destination.PlanePitchBytes),
                source.RowBytes,
                rows,
                planes,
                areApart);
            firstRow += rows * planes;
        }
    }

    /// <summary>Writes one byte over a region.</summary>
    public static void Fill(in StridedRegion region, byte value)
    {
        if (region.TotalBytes == 0 || !region.Buffer.Space.HasBytes)
        {
            return;
        }

        (int rowBytes, int rows, int planes) = (region.RowBytes, region.RowCount, region.PlaneCount);
        var strides = new Strides(region.RowPitchBytes, region.PlanePitchBytes);
        if (rows == 1 || strides.Row == rowBytes)
        {
            (rowBytes, rows, planes, strides) = (rowBytes * rows, planes, 1, new Strides(strides.Plane, 0));
        }

        else if (planes == 1 || strides.Plane == rows * strides.Row)
        {
            (rows, planes) = (rows * planes, 1);
        }

        RequireInMemory(region);
        Span<byte> bytes = region.Buffer.Space.Bytes[(int)region.StartInSpace..];
        int done = rowBytes > LargestShortRowBytes ? 0 : SpacedRows.Fill(bytes, (int)strides.Row, (int)strides.Plane, rowBytes, rows, planes, value);
        if (done == planes)
        {
            return;
        }

        bytes = bytes[(done * (int)strides.Plane)..];
        planes -= done;
        if (AreWalkedFirst(planes, rows))
        {
            (rows, planes, strides) = (planes, rows, strides.Swapped);
        }

        ref byte target = ref MemoryMarshal.GetReference(bytes);
        switch (rowBytes)
        {
            case 1:
                FillBytes(ref target, strides, rows, planes, value);
                break;
            case < 4:
                FillShortRows(ref target, strides, rowBytes, rows, planes, unchecked((ushort)(value * 0x0101)));
                break;
            case < 8:
                FillShortRows(ref target, strides, rowBytes, rows, planes, value * 0x01010101u);
                break;
            case < 16:
                FillShortRows(ref target, strides, rowBytes, rows, planes, value * 0x0101010101010101ul);
                break;
            case <= 32:
                FillShortRows(ref target, strides, rowBytes, rows, planes, Vector128.Create(value));
                break;
            default:
                FillLongRows(ref target, strides, rowBytes, rows, planes, value);
                break;
        }
    }

    /// <summary>Whether the same row of all planes comes before the next row: loops of two or three steps cost more than cache lines touched again.</summary>
    private static bool AreWalkedFirst(int planes, int rows) => rows < FewRows && rows < planes;

    /// <summary>Checks that a region lies in its memory as a whole.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not, or a pitch is negative.</exception>
    private static void RequireInMemory(in StridedRegion region)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(region.RowPitchBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(region.PlanePitchBytes);
        long last = region.StartInSpace + ((long)(region.PlaneCount - 1) * region.PlanePitchBytes) + ((long)(region.RowCount - 1) * region.RowPitchBytes);
        _ = region.Buffer.Space.Bytes.Slice(checked((int)last), region.RowBytes);
    }

    /// <summary>Copies planes of rows.</summary>
    /// <param name="source">The first byte to read, and all bytes of its memory behind it.</param>
    /// <param name="fromStrides">Pitches there.</param>
    /// <param name="target">The first byte to write, and all bytes of its memory behind it.</param>
    /// <param name="toStrides">Pitches there.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    /// <param name="rows">Rows of a plane.</param>
    /// <param name="planes">Planes.</param>
    /// <param name="areApart">Whether the two are different memories.</param>
    private static void CopyPlanes(ReadOnlySpan<byte> source, Strides fromStrides, Span<byte> target, Strides toStrides, int rowBytes, int rows, int planes, bool areApart)
    {
        if (rows == 1 || (fromStrides.Row == rowBytes && toStrides.Row == rowBytes))
        {
            (rowBytes, rows, planes) = (rowBytes * rows, planes, 1);
            (fromStrides, toStrides) = (new Strides(fromStrides.Plane, 0), new Strides(toStrides.Plane, 0));
        }

        if (planes == 1 && fromStrides.Row == rowBytes && toStrides.Row == rowBytes)
        {
            (rowBytes, rows) = (rowBytes * rows, 1);
        }

        bool isClosed = planes == 1 && toStrides.Row == rowBytes;
        int done = rowBytes > LargestShortRowBytes || !areApart ? 0
            : isClosed ? CopyToClosedRows(source, (int)fromStrides.Row, target, rowBytes, rows)
            : SpacedRows.Copy(source, (int)fromStrides.Row, (int)fromStrides.Plane, target, (int)toStrides.Row, (int)toStrides.Plane, rowBytes, rows, planes);
        if (done == (isClosed ? rows : planes))
        {
            return;
        }

        if (done > 0)
        {
            source = source[(done * (int)(isClosed ? fromStrides.Row : fromStrides.Plane))..];
            target = target[(done * (int)(isClosed ? toStrides.Row : toStrides.Plane))..];
            (rows, planes) = isClosed ? (rows - done, planes) : (rows, planes - done);
        }

        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(target);
        if (AreWalkedFirst(planes, rows))
        {
            (rows, planes, fromStrides, toStrides) = (planes, rows, fromStrides.Swapped, toStrides.Swapped);
        }

        switch (rowBytes)
        {
            case 1:
                CopyShortRows<byte>(ref from, fromStrides, ref to, toStrides, rowBytes, rows, planes);
                break;
            case < 4:
                CopyShortRows<short>(ref from, fromStrides, ref to, toStrides, rowBytes, rows, planes);
                break;
            case < 8:
                CopyShortRows<int>(ref from, fromStrides, ref to, toStrides, rowBytes, rows, planes);
                break;
            case < 16:
                CopyShortRows<long>(ref from, fromStrides, ref to, toStrides, rowBytes, rows, planes);
                break;
            case <= 32:
                CopyShortRows<Vector128<byte>>(ref from, fromStrides, ref to, toStrides, rowBytes, rows, planes);
                break;
            case <= 64:
                CopyShortRows<Vector256<byte>>(ref from, fromStrides, ref to, toStrides, rowBytes, rows, planes);
                break;
            case <= 128:
                CopyShortRows<Vector512<byte>>(ref from, fromStrides, ref to, toStrides, rowBytes, rows, planes);
                break;
            case <= LargestVectorRowBytes:
                CopyVectorRows(ref from, fromStrides, ref to, toStrides, rowBytes, rows, planes);
                break;
            default:
                CopyLongRows(ref from, fromStrides, ref to, toStrides, rowBytes, rows, planes);
                break;
        }
    }

    /// <summary>Copies rows to where they follow one another without a gap, as long as whole vectors fit both memories; returns how many.</summary>
    private static int CopyToClosedRows(ReadOnlySpan<byte> source, int fromRow, Span<byte> target, int rowBytes, int rows) => rowBytes switch
    {
        > 1 and <= 8 => CopyToClosedRows<long>(source, fromRow, target, rowBytes, rows),
        > 8 and <= 16 => CopyToClosedRows<Vector128<byte>>(source, fromRow, target, rowBytes, rows),
        > 16 and <= 32 => CopyToClosedRows<Vector256<byte>>(source, fromRow, target, rowBytes, rows),
        _ => 0,
    };

    /// <summary>Rows of at most one <typeparamref name="T"/>: what is written behind a row is written again by the next.</summary>
    private static int CopyToClosedRows<T>(ReadOnlySpan<byte> source, int fromRow, Span<byte> target, int rowBytes, int rows)
        where T : unmanaged
    {
        // Behind the last row nothing may be written, and behind the memory nothing read.
        int writable = (rows * rowBytes) - Unsafe.SizeOf<T>();
        int readable = source.Length - Unsafe.SizeOf<T>();
        if (writable < 0 || readable < 0)
        {
            return 0;
        }

        int done = Math.Min(writable / rowBytes, fromRow == 0 ? rows : readable / fromRow) + 1;
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(target[..(rows * rowBytes)]);
        for (int left = done; left > 0; left--)
        {
            Unsafe.WriteUnaligned(ref to, Unsafe.ReadUnaligned<T>(ref from));
            from = ref Unsafe.Add(ref from, fromRow);
            to = ref Unsafe.Add(ref to, rowBytes);
        }

        return done;
    }

    /// <summary>Rows of one to two <typeparamref name="T"/>: both ends, which may overlap, are read before they are written.</summary>
    private static void CopyShortRows<T>(ref byte from, Strides fromStrides, ref byte to, Strides toStrides, int rowBytes, int rows, int planes)
        where T : unmanaged
    {
        int secondOffset = rowBytes - Unsafe.SizeOf<T>();
        for (; planes > 0; planes--)
        {
            ref byte source = ref from;
            ref byte target = ref to;
            for (int left = rows; left > 0; left--)
            {
                T first = Unsafe.ReadUnaligned<T>(ref source);
                T second = Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref source, secondOffset));
                Unsafe.WriteUnaligned(ref target, first);
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, secondOffset), second);
                source = ref Unsafe.Add(ref source, fromStrides.Row);
                target = ref Unsafe.Add(ref target, toStrides.Row);
            }

            from = ref Unsafe.Add(ref from, fromStrides.Plane);
            to = ref Unsafe.Add(ref to, toStrides.Plane);
        }
    }

    /// <summary>Rows of two vectors and more; the last vector overlaps the one before it.</summary>
    private static void CopyVectorRows(ref byte from, Strides fromStrides, ref byte to, Strides toStrides, int rowBytes, int rows, int planes)
    {
        int lastOffset = rowBytes - Vector512<byte>.Count;
        for (; planes > 0; planes--)
        {
            ref byte source = ref from;
            ref byte target = ref to;
            for (int left = rows; left > 0; left--)
            {
                for (int offset = 0; offset < lastOffset; offset += Vector512<byte>.Count)
                {
                    Vector512.LoadUnsafe(ref source, (nuint)offset).StoreUnsafe(ref target, (nuint)offset);
                }

                Vector512.LoadUnsafe(ref source, (nuint)lastOffset).StoreUnsafe(ref target, (nuint)lastOffset);
                source = ref Unsafe.Add(ref source, fromStrides.Row);
                target = ref Unsafe.Add(ref target, toStrides.Row);
            }

            from = ref Unsafe.Add(ref from, fromStrides.Plane);
            to = ref Unsafe.Add(ref to, toStrides.Plane);
        }
    }

    private static void CopyLongRows(ref byte from, Strides fromStrides, ref byte to, Strides toStrides, int rowBytes, int rows, int planes)
    {
        for (; planes > 0; planes--)
        {
            ref byte source = ref from;
            ref byte target = ref to;
            for (int left = rows; left > 0; left--)
            {
                MemoryMarshal.CreateReadOnlySpan(ref source, rowBytes).CopyTo(MemoryMarshal.CreateSpan(ref target, rowBytes));
                source = ref Unsafe.Add(ref source, fromStrides.Row);
                target = ref Unsafe.Add(ref target, toStrides.Row);
            }

            from = ref Unsafe.Add(ref from, fromStrides.Plane);
            to = ref Unsafe.Add(ref to, toStrides.Plane);
        }
    }

    /// <summary>Rows of one byte, such as the left and the right edge of an image.</summary>
    private static void FillBytes(ref byte plane, Strides strides, int rows, int planes, byte value)
    {
        for (; planes > 0; planes--)
        {
            ref byte target = ref plane;
            int left = rows;
            for (; left >= 4; left -= 4)
            {
                target = value;
                Unsafe.Add(ref target, strides.Row) = value;
                Unsafe.Add(ref target, 2 * strides.Row) = value;
                Unsafe.Add(ref target, 3 * strides.Row) = value;
                target = ref Unsafe.Add(ref target, 4 * strides.Row);
            }

            for (; left > 0; left--)
            {
                target = value;
                target = ref Unsafe.Add(ref target, strides.Row);
            }

            plane = ref Unsafe.Add(ref plane, strides.Plane);
        }
    }

    /// <summary>Rows of one to two <typeparamref name="T"/>, written from both ends.</summary>
    private static void FillShortRows<T>(ref byte plane, Strides strides, int rowBytes, int rows, int planes, T values)
        where T : unmanaged
    {
        int secondOffset = rowBytes - Unsafe.SizeOf<T>();
        for (; planes > 0; planes--)
        {
            ref byte target = ref plane;
            for (int left = rows; left > 0; left--)
            {
                Unsafe.WriteUnaligned(ref target, values);
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, secondOffset), values);
                target = ref Unsafe.Add(ref target, strides.Row);
            }

            plane = ref Unsafe.Add(ref plane, strides.Plane);
        }
    }

    private static void FillLongRows(ref byte plane, Strides strides, int rowBytes, int rows, int planes, byte value)
    {
        for (; planes > 0; planes--)
        {
            ref byte target = ref plane;
            for (int left = rows; left > 0; left--)
            {
                Unsafe.InitBlockUnaligned(ref target, value, (uint)rowBytes);
                target = ref Unsafe.Add(ref target, strides.Row);
            }

            plane = ref Unsafe.Add(ref plane, strides.Plane);
        }
    }

    /// <summary>Bytes from one row to the next and from one plane to the next.</summary>
    private readonly record struct Strides(nint Row, nint Plane)
    {
        public Strides Swapped => new(Plane, Row);
    }
}
