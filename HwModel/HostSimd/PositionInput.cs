using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TileProof.HwModel.HostSimd;

/// <summary>The input of a tile in the layout that <see cref="PositionLanes{TLanes, TValues, TSums}"/> multiplies: vectors of positions inside groups of taps inside blocks of vectors.</summary>
internal static class PositionInput<TLanes, TValues, TSums>
    where TLanes : struct, IPositionLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    /// <summary>Vectors of positions that are multiplied together at most.</summary>
    private const int LargestBlockVectors = 3;

    /// <summary>Bytes of a vector.</summary>
    public static int VectorBytes => TLanes.Count * TapGroups.GroupBytes;

    /// <summary>A number that tells how this form packs, above 0.</summary>
    public static int Layout => VectorBytes + TLanes.GroupTaps;

    /// <summary>How many groups hold the taps of a window.</summary>
    public static int GroupsOf(in ConvolutionTile tile) => (tile.TapCount + TLanes.GroupTaps - 1) / TLanes.GroupTaps;

    /// <summary>How many vectors hold as many positions.</summary>
    public static int VectorsOf(int positions) => (positions + TLanes.Count - 1) / TLanes.Count;

    /// <summary>How many vectors the next block has: the number that suits the form, unless a single one would be left.</summary>
    public static int BlockVectors(int left) => left <= LargestBlockVectors ? left : left == LargestBlockVectors + 1 ? 2 : TLanes.BlockVectors;

    /// <summary>Whether groups are made of one tap of consecutive channels: the same as consecutive taps where a kernel has one, and much quicker to pack where it has more.</summary>
    public static bool IsGroupedByChannel(in ConvolutionTile tile) =>
        !tile.IsPointwise && tile.InChannels % TLanes.GroupTaps == 0 && tile.PlaneElements >= TLanes.Count;

    /// <summary>The whole input in groups of channels, of which <see cref="Pack"/> then copies windows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ReadOnlySpan<byte> InterleavePlanes(in ConvolutionTile tile, ConvolutionWorkspace workspace)
    {
        int planeElements = tile.PlaneElements;
        int channelGroups = tile.InChannels / TLanes.GroupTaps;
        Span<byte> planes = workspace.Rows((channelGroups * planeElements * TapGroups.GroupBytes) + InputWindows.SlackBytes);
        ref byte plane = ref MemoryMarshal.GetReference(tile.Input[..(((tile.InChannels - 1) * tile.InputPlanePitchBytes) + planeElements)]);
        ref byte target = ref MemoryMarshal.GetReference(planes);
        for (int group = 0; group < channelGroups; group++)
        {
            for (int element = 0; element < planeElements; element += TLanes.Count)
            {
                // The last step rather goes over elements again than behind them.
                int start = Math.Min(element, planeElements - TLanes.Count);
                TLanes.Interleave(ref Unsafe.Add(ref plane, start), tile.InputPlanePitchBytes, ref Unsafe.Add(ref target, start * TapGroups.GroupBytes));
            }

            plane = ref Unsafe.Add(ref plane, TLanes.GroupTaps * tile.InputPlanePitchBytes);
            target = ref Unsafe.Add(ref target, planeElements * TapGroups.GroupBytes);
        }

        return planes;
    }

    /// <summary>Packs the input of consecutive positions.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="workspace">Scratch.</param>
    /// <param name="planes">What <see cref="InterleavePlanes"/> made; empty where groups are made of consecutive taps.</param>
    /// <param name="first">The first position, counted over rows.</param>
    /// <param name="count">How many positions.</param>
    /// <param name="packed">Receives the blocks, and garbage in <see cref="InputWindows.SlackBytes"/> behind them.</param>
    public static void Pack(in ConvolutionTile tile, ConvolutionWorkspace workspace, ReadOnlySpan<byte> planes, int first, int count, Span<byte> packed)
    {
        int groups = GroupsOf(tile);
        int rowPitch = LargestBlockVectors * TLanes.Count;
        Span<byte> rows = [];
        if (planes.IsEmpty)
        {
            rows = workspace.Rows((groups * TLanes.GroupTaps * rowPitch) + InputRows.SlackBytes);
            rows[(tile.TapCount * rowPitch)..].Clear();
        }

        for (int left = VectorsOf(count); left > 0;)
        {
            int vectors = BlockVectors(left);
            int positions = vectors * TLanes.Count;
            if (!planes.IsEmpty)
            {
                InputWindows.Copy(tile, planes, tile.InChannels / TLanes.GroupTaps, first, Math.Min(positions, count), packed, positions);
            }
            else if (IsInterleavedInMemory(tile, first, positions))
            {
                Interleave(tile.Input[first..], tile.InputPlanePitchBytes, packed, groups, vectors);
            }
            else
            {
                InputRows.Gather(tile, first, Math.Min(positions, count), rows, rowPitch);
                Interleave(rows, rowPitch, packed, groups, vectors);
            }

            packed = packed[(vectors * groups * VectorBytes)..];
            first += positions;
            count -= positions;
            left -= vectors;
        }
    }

    /// <summary>Whether the planes of the input are the rows of the taps, so that nothing needs to be gathered.</summary>
    private static bool IsInterleavedInMemory(in ConvolutionTile tile, int first, int positions) =>
        tile.IsPointwise
        && tile.InChannels % TLanes.GroupTaps == 0
        && ((tile.InChannels - 1) * tile.InputPlanePitchBytes) + first + positions <= tile.Input.Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interleave(ReadOnlySpan<byte> rows, int rowPitchBytes, Span<byte> values, int groups, int vectors)
    {
        ref byte row = ref MemoryMarshal.GetReference(rows[..((((groups * TLanes.GroupTaps) - 1) * rowPitchBytes) + (vectors * TLanes.Count))]);
        ref byte target = ref MemoryMarshal.GetReference(values[..(groups * vectors * VectorBytes)]);
        for (int group = 0; group < groups; group++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                TLanes.Interleave(ref Unsafe.Add(ref row, vector * TLanes.Count), rowPitchBytes, ref target);
                target = ref Unsafe.Add(ref target, VectorBytes);
            }

            row = ref Unsafe.Add(ref row, TLanes.GroupTaps * rowPitchBytes);
        }
    }
}
