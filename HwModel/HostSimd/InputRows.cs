using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TileProof.HwModel.HostSimd;

/// <summary>Gathers the input of a block of consecutive positions: for every tap the byte that each position multiplies by it.</summary>
internal static class InputRows
{
    /// <summary>Bytes behind the last row that a gather may write.</summary>
    public const int SlackBytes = 16;

    private const int StepBytes = 16;

    /// <summary>Gathers a block.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="firstPosition">The first position of the block, counted over rows.</param>
    /// <param name="positionCount">Positions in the block.</param>
    /// <param name="rows">Receives a row per tap in the order of the coefficients, then <see cref="SlackBytes"/>.</param>
    /// <param name="rowPitchBytes">From one row to the next; bytes of a row beyond the positions are left undefined.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(in ConvolutionTile tile, int firstPosition, int positionCount, Span<byte> rows, int rowPitchBytes)
    {
        Span<PositionRun> runs = stackalloc PositionRun[positionCount];
        runs = runs[..PositionRun.Find(tile, firstPosition, positionCount, runs)];
        ref byte input = ref MemoryMarshal.GetReference(tile.Input);
        ref byte row = ref MemoryMarshal.GetReference(rows[..((tile.TapCount * rowPitchBytes) + SlackBytes)]);

        // Steps that start before this one read inside the input.
        int safeEnd = tile.Input.Length - (StepBytes * Math.Min(tile.Stride, 2)) + 1;
        for (int c = 0; c < tile.InChannels; c++)
        {
            for (int ky = 0; ky < tile.KernelHeight; ky++)
            {
                int offset = (c * tile.InputPlanePitchBytes) + (ky * tile.InputRowPitchBytes);
                for (int kx = 0; kx < tile.KernelWidth; kx++, offset++)
                {
                    foreach (ref readonly PositionRun run in runs)
                    {
                        CopyRun(ref input, run.From + offset, safeEnd, tile.Stride, ref Unsafe.Add(ref row, run.To), run.Length);
                    }

                    row = ref Unsafe.Add(ref row, rowPitchBytes);
                }
            }
        }
    }

    /// <summary>Copies in whole steps; what a step writes too much is written again by the next run or row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRun(ref byte input, int from, int safeEnd, int stride, ref byte target, int length)
    {
        for (int x = 0; x < length; x += StepBytes)
        {
            int start = from + (x * stride);
            if (start < safeEnd && stride == 1)
            {
                Vector128.LoadUnsafe(ref Unsafe.Add(ref input, start)).StoreUnsafe(ref Unsafe.Add(ref target, x));
            }
            else if (start < safeEnd && stride == 2)
            {
                ref ushort pairs = ref Unsafe.As<byte, ushort>(ref Unsafe.Add(ref input, start));
                Vector128<ushort> even = Vector128.Create((ushort)byte.MaxValue);
                Vector128.Narrow(Vector128.LoadUnsafe(ref pairs) & even, Vector128.LoadUnsafe(ref pairs, (nuint)Vector128<ushort>.Count) & even)
                    .StoreUnsafe(ref Unsafe.Add(ref target, x));
            }
            else
            {
                for (int i = x; i < Math.Min(x + StepBytes, length); i++)
                {
                    Unsafe.Add(ref target, i) = Unsafe.Add(ref input, from + (i * stride));
                }
            }
        }
    }
}
