using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TileProof.HwModel.Machine;

/// <summary>Several short rows of a plane with one store, which leaves the bytes between them alone; needs AVX-512.</summary>
/// <remarks>Edges of one byte and rows of a few pixels cost one store or two each otherwise.</remarks>
internal static class SpacedRows
{
    /// <summary>Fewer rows are not worth the preparation.</summary>
    private const int FewestRows = 64;

    private static int VectorBytes => Vector512<byte>.Count;

    /// <summary>Copies planes from the first one on as long as whole vectors fit the memory on both sides; returns how many.</summary>
    /// <param name="from">The first byte to read, and all bytes of its memory behind it.</param>
    /// <param name="fromRow">From one row to the next.</param>
    /// <param name="fromPlane">From one plane to the next.</param>
    /// <param name="to">The first byte to write, in a memory of its own.</param>
    /// <param name="toRow">From one row to the next.</param>
    /// <param name="toPlane">From one plane to the next.</param>
    /// <param name="rowBytes">Bytes of a row, no more than from one row to the next.</param>
    /// <param name="rows">Rows of a plane.</param>
    /// <param name="planes">How many planes there are.</param>
    public static unsafe int Copy(ReadOnlySpan<byte> from, int fromRow, int fromPlane, Span<byte> to, int toRow, int toPlane, int rowBytes, int rows, int planes)
    {
        int together = RowsTogether(rowBytes, Math.Max(fromRow, toRow), rows);
        if (!Avx512Vbmi.IsSupported || together < 3 || rows * planes < FewestRows)
        {
            return 0;
        }

        int last = rows - together;
        planes = Math.Min(planes, Math.Min(WholePlanes(from.Length, last * fromRow, fromPlane), WholePlanes(to.Length, last * toRow, toPlane)));
        if (planes <= 0)
        {
            return 0;
        }

        Span<byte> places = stackalloc byte[2 * VectorBytes];
        Span<byte> taken = stackalloc byte[2 * VectorBytes];
        taken.Clear();
        for (int row = 0; row < together; row++)
        {
            (Vector512<byte>.Indices + Vector512.Create((byte)(row * fromRow))).CopyTo(places[(row * toRow)..]);
            taken.Slice(row * toRow, rowBytes).Fill(byte.MaxValue);
        }

        fixed (byte* source = from, target = to)
        {
            Copy(source, fromRow, fromPlane, target, toRow, toPlane, rows, planes, together, Vector512.Create<byte>(places), Vector512.Create<byte>(taken));
        }

        return planes;
    }

    /// <summary>Fills planes from the first one on as long as whole vectors fit the memory; returns how many.</summary>
    /// <param name="to">The first byte to write, and all bytes of its memory behind it.</param>
    /// <param name="toRow">From one row to the next.</param>
    /// <param name="toPlane">From one plane to the next.</param>
    /// <param name="rowBytes">Bytes of a row, no more than from one row to the next.</param>
    /// <param name="rows">Rows of a plane.</param>
    /// <param name="planes">How many planes there are.</param>
    /// <param name="value">The byte.</param>
    public static unsafe int Fill(Span<byte> to, int toRow, int toPlane, int rowBytes, int rows, int planes, byte value)
    {
        int together = RowsTogether(rowBytes, toRow, rows);
        if (!Avx512BW.IsSupported || together < 2 || rows * planes < FewestRows)
        {
            return 0;
        }

        planes = Math.Min(planes, WholePlanes(to.Length, (rows - together) * toRow, toPlane));
        if (planes <= 0)
        {
            return 0;
        }

        Span<byte> taken = stackalloc byte[VectorBytes];
        taken.Clear();
        for (int row = 0; row < together; row++)
        {
            taken.Slice(row * toRow, rowBytes).Fill(byte.MaxValue);
        }

        fixed (byte* target = to)
        {
            Fill(target, toRow, toPlane, rows, planes, together, Vector512.Create<byte>(taken), Vector512.Create(value));
        }

        return planes;
    }

    /// <summary>How many rows a vector holds.</summary>
    private static int RowsTogether(int rowBytes, int pitchBytes, int rows) =>
        rowBytes > pitchBytes || pitchBytes >= VectorBytes ? 0 : Math.Min(rows, ((VectorBytes - rowBytes) / pitchBytes) + 1);

    /// <summary>The planes before the first one whose last vector leaves the memory.</summary>
    private static int WholePlanes(int lengthBytes, int lastOffset, int planePitch)
    {
        int room = lengthBytes - lastOffset - VectorBytes;
        return room < 0 ? 0 : planePitch == 0 ? int.MaxValue : (room / planePitch) + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Copy(
        byte* from, nint fromRow, nint fromPlane, byte* to, nint toRow, nint toPlane, int rows, int planes, int together, Vector512<byte> places, Vector512<byte> taken)
    {
        int last = rows - together;
        for (; planes > 0; planes--)
        {
            for (int row = 0; ; row += together)
            {
                // The last vector rather goes over rows again than behind them.
                nint start = Math.Min(row, last);
                Avx512BW.MaskStore(to + (start * toRow), taken, Avx512Vbmi.PermuteVar64x8(Vector512.Load(from + (start * fromRow)), places));
                if (row >= last)
                {
                    break;
                }
            }

            from += fromPlane;
            to += toPlane;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Fill(byte* to, nint toRow, nint toPlane, int rows, int planes, int together, Vector512<byte> taken, Vector512<byte> value)
    {
        int last = rows - together;
        for (; planes > 0; planes--)
        {
            for (int row = 0; ; row += together)
            {
                Avx512BW.MaskStore(to + (Math.Min(row, last) * toRow), taken, value);
                if (row >= last)
                {
                    break;
                }
            }

            to += toPlane;
        }
    }
}
