using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TileProof.HwModel.HostSimd;

/// <summary>The input of a tile in groups: consecutive channels of an element lie together in <see cref="TapGroups.GroupBytes"/>, and windows are made of whole groups.</summary>
internal static class InputWindows
{
    /// <summary>Bytes behind the interleaved planes that may be read, and behind the windows that may be written.</summary>
    public const int SlackBytes = 128;

    /// <summary>Copies, for a block of consecutive positions, the group that each position multiplies by each tap: positions inside taps inside groups of channels.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="planes">Interleaved planes of <see cref="ConvolutionTile.PlaneElements"/> groups, then <see cref="SlackBytes"/>.</param>
    /// <param name="channelGroups">How many planes.</param>
    /// <param name="firstPosition">The first position of the block, counted over rows.</param>
    /// <param name="positionCount">Positions in the block.</param>
    /// <param name="windows">Receives the groups, and garbage in the <see cref="SlackBytes"/> behind them.</param>
    /// <param name="pitch">Groups from one tap to the next; those beyond the positions are left undefined.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(in ConvolutionTile tile, ReadOnlySpan<byte> planes, int channelGroups, int firstPosition, int positionCount, Span<byte> windows, int pitch)
    {
        Span<PositionRun> runs = stackalloc PositionRun[positionCount];
        runs = runs[..PositionRun.Find(tile, firstPosition, positionCount, runs)];
        int planeElements = tile.PlaneElements;
        int taps = channelGroups * tile.KernelHeight * tile.KernelWidth;
        ref uint plane = ref Unsafe.As<byte, uint>(ref MemoryMarshal.GetReference(planes[..((channelGroups * planeElements * TapGroups.GroupBytes) + SlackBytes)]));
        ref uint target = ref Unsafe.As<byte, uint>(ref MemoryMarshal.GetReference(windows[..((taps * pitch * TapGroups.GroupBytes) + SlackBytes)]));
        for (int group = 0; group < channelGroups; group++)
        {
            for (int ky = 0; ky < tile.KernelHeight; ky++)
            {
                ref uint tap = ref Unsafe.Add(ref plane, ky * tile.InputRowPitchBytes);
                for (int kx = 0; kx < tile.KernelWidth; kx++)
                {
                    foreach (ref readonly PositionRun run in runs)
                    {
                        CopyRun(ref Unsafe.Add(ref tap, run.From), tile.Stride, ref Unsafe.Add(ref target, run.To), run.Length);
                    }

                    tap = ref Unsafe.Add(ref tap, 1);
                    target = ref Unsafe.Add(ref target, pitch);
                }
            }

            plane = ref Unsafe.Add(ref plane, planeElements);
        }
    }

    /// <summary>Copies in whole vectors; what one writes too much is written again by the next run or tap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRun(ref uint source, int stride, ref uint target, int length)
    {
        if (stride == 1)
        {
            for (int i = 0; i < length; i += Vector256<uint>.Count)
            {
                Vector256.LoadUnsafe(ref source, (nuint)i).StoreUnsafe(ref target, (nuint)i);
            }
        }
        else if (stride == 2)
        {
            // The lower half of each 64 bits is every other group.
            for (int i = 0; i < length; i += Vector256<uint>.Count)
            {
                ref ulong pairs = ref Unsafe.As<uint, ulong>(ref Unsafe.Add(ref source, 2 * i));
                Vector256.Narrow(Vector256.LoadUnsafe(ref pairs), Vector256.LoadUnsafe(ref pairs, (nuint)Vector256<ulong>.Count)).StoreUnsafe(ref target, (nuint)i);
            }
        }
        else
        {
            for (int i = 0; i < length; i++)
            {
                Unsafe.Add(ref target, i) = Unsafe.Add(ref source, i * stride);
            }
        }
    }
}
