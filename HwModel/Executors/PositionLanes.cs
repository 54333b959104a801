using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TileProof.HwModel.Executors;

/// <summary>Convolution with positions in the lanes of a vector: two or three vectors of positions times four output channels at a time.</summary>
/// <remarks>
/// The input of a block of positions is interleaved in groups of taps, so that one multiplication adds a group to every position; the
/// coefficients of a group stand in every lane.
/// </remarks>
internal static class PositionLanes<TLanes, TValues, TSums>
    where TLanes : struct, IPositionLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    /// <summary>Packed inputs beyond this are made block by block and forgotten.</summary>
    private const int LargestKeptBytes = 512 * 1024;

    /// <summary>Computes a tile.</summary>
    public static void Compute(in ConvolutionTile tile, ConvolutionWorkspace workspace, ref PackCounts counts)
    {
        int groups = (tile.TapCount + TLanes.GroupTaps - 1) / TLanes.GroupTaps;
        int groupVectorBytes = TLanes.Count * TapGroups.GroupBytes;
        int vectors = (tile.PositionCount + TLanes.Count - 1) / TLanes.Count;
        int blockPitch = TLanes.BlockVectors * TLanes.Count;
        var coefficients = new PackedCoefficients<TLanes, TValues, TSums>(tile, workspace);
        Span<byte> rows = workspace.Rows((groups * TLanes.GroupTaps * blockPitch) + InputRows.SlackBytes);
        Span<int> sums = stackalloc int[TapGroups.BlockChannels * blockPitch];
        bool isCurrent = false;
        bool isKept = (long)vectors * groups * groupVectorBytes <= LargestKeptBytes;
        Span<byte> packed = isKept
            ? workspace.PackedInput(vectors * groups * groupVectorBytes, tile.Input, WindowGeometry.Of(tile, -(groupVectorBytes + TLanes.GroupTaps)), out isCurrent)
            : workspace.Values(TLanes.BlockVectors * groups * groupVectorBytes);
        for (int vector = 0; vector < vectors;)
        {
            int blockVectors = BlockVectors(vectors - vector);
            int first = vector * TLanes.Count;
            int count = Math.Min(blockVectors * TLanes.Count, tile.PositionCount - first);
            Span<byte> values = packed.Slice(isKept ? vector * groups * groupVectorBytes : 0, blockVectors * groups * groupVectorBytes);
            if (!isCurrent)
            {
                PackInput(tile, first, count, rows, blockPitch, values, groups, blockVectors);
            }

            for (int channel = 0; channel < tile.OutChannels; channel += TapGroups.BlockChannels)
            {
                Multiply(values, coefficients.Block(channel), groups, blockVectors, coefficients.FirstSums(channel), sums);
                for (int k = 0; k < Math.Min(TapGroups.BlockChannels, tile.OutChannels - channel); k++)
                {
                    tile.Pack(sums.Slice(k * blockVectors * TLanes.Count, count), channel + k, first, ref counts);
                }
            }

            vector += blockVectors;
        }
    }

    /// <summary>How many vectors to take next: as many as fit a block, but rather two and two than three and one.</summary>
    private static int BlockVectors(int left) => left == TLanes.BlockVectors + 1 ? 2 : Math.Min(left, TLanes.BlockVectors);

    private static void PackInput(
        in ConvolutionTile tile, int first, int count, Span<byte> rows, int rowPitchBytes, Span<byte> values, int groups, int vectors)
    {
        if (tile.IsPointwise && tile.InChannels % TLanes.GroupTaps == 0)
        {
            // A plane of the input is the row of its only tap.
            int readBytes = ((tile.InChannels - 1) * tile.InputPlanePitchBytes) + (vectors * TLanes.Count);
            if (first + readBytes <= tile.Input.Length)
            {
                Interleave(ref MemoryMarshal.GetReference(tile.Input.Slice(first, readBytes)), tile.InputPlanePitchBytes, values, groups, vectors);
                return;
            }
        }

        InputRows.Gather(tile, first, count, rows, rowPitchBytes);
        rows[(tile.TapCount * rowPitchBytes)..].Clear();
        Interleave(ref MemoryMarshal.GetReference(rows[..(groups * TLanes.GroupTaps * rowPitchBytes)]), rowPitchBytes, values, groups, vectors);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interleave(ref byte rows, int rowPitchBytes, Span<byte> values, int groups, int vectors)
    {
        int vectorBytes = TLanes.Count * TapGroups.GroupBytes;
        ref byte target = ref MemoryMarshal.GetReference(values[..(groups * vectors * vectorBytes)]);
        for (int group = 0; group < groups; group++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                TLanes.Interleave(ref Unsafe.Add(ref rows, vector * TLanes.Count), rowPitchBytes, ref target);
                target = ref Unsafe.Add(ref target, vectorBytes);
            }

            rows = ref Unsafe.Add(ref rows, TLanes.GroupTaps * rowPitchBytes);
        }
    }

    private static void Multiply(
        ReadOnlySpan<byte> values, ReadOnlySpan<byte> coefficients, int groups, int vectors, ReadOnlySpan<int> firstSums, Span<int> sums)
    {
        ref byte value = ref MemoryMarshal.GetReference(values[..(groups * vectors * TLanes.Count * TapGroups.GroupBytes)]);
        ref byte coefficient = ref MemoryMarshal.GetReference(coefficients[..(groups * TapGroups.BlockChannels * TapGroups.GroupBytes)]);
        ref int first = ref MemoryMarshal.GetReference(firstSums[..TapGroups.BlockChannels]);
        ref int target = ref MemoryMarshal.GetReference(sums[..(TapGroups.BlockChannels * vectors * TLanes.Count)]);
        switch (vectors)
        {
            case 1:
                MultiplyOne(ref value, ref coefficient, groups, ref first, ref target);
                break;
            case 2:
                MultiplyTwo(ref value, ref coefficient, groups, ref first, ref target);
                break;
            default:
                MultiplyThree(ref value, ref coefficient, groups, ref first, ref target);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyOne(ref byte values, ref byte coefficients, int groups, ref int firstSums, ref int sums)
    {
        TSums a0 = TLanes.Everywhere(firstSums), a1 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 1));
        TSums a2 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 2)), a3 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 3));
        nint pitch = groups * TapGroups.GroupBytes;
        for (int group = 0; group < groups; group++)
        {
            TValues value = TLanes.LoadGroups(ref values);
            values = ref Unsafe.Add(ref values, TLanes.Count * TapGroups.GroupBytes);
            a0 = TLanes.MultiplyAdd(a0, value, TLanes.LoadGroupEverywhere(ref coefficients));
            a1 = TLanes.MultiplyAdd(a1, value, TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref coefficients, pitch)));
            a2 = TLanes.MultiplyAdd(a2, value, TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref coefficients, 2 * pitch)));
            a3 = TLanes.MultiplyAdd(a3, value, TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref coefficients, 3 * pitch)));
            coefficients = ref Unsafe.Add(ref coefficients, TapGroups.GroupBytes);
        }

        TLanes.Store(a0, ref sums);
        TLanes.Store(a1, ref Unsafe.Add(ref sums, TLanes.Count));
        TLanes.Store(a2, ref Unsafe.Add(ref sums, 2 * TLanes.Count));
        TLanes.Store(a3, ref Unsafe.Add(ref sums, 3 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTwo(ref byte values, ref byte coefficients, int groups, ref int firstSums, ref int sums)
    {
        TSums a0 = TLanes.Everywhere(firstSums), a1 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 1));
        TSums a2 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 2)), a3 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 3));
        TSums b0 = a0, b1 = a1, b2 = a2, b3 = a3;
        nint pitch = groups * TapGroups.GroupBytes;
        for (int group = 0; group < groups; group++)
        {
            TValues first = TLanes.LoadGroups(ref values);
            TValues second = TLanes.LoadGroups(ref Unsafe.Add(ref values, TLanes.Count * TapGroups.GroupBytes));
            values = ref Unsafe.Add(ref values, 2 * TLanes.Count * TapGroups.GroupBytes);
            TValues coefficient = TLanes.LoadGroupEverywhere(ref coefficients);
            a0 = TLanes.MultiplyAdd(a0, first, coefficient);
            b0 = TLanes.MultiplyAdd(b0, second, coefficient);
            coefficient = TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref coefficients, pitch));
            a1 = TLanes.MultiplyAdd(a1, first, coefficient);
            b1 = TLanes.MultiplyAdd(b1, second, coefficient);
            coefficient = TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref coefficients, 2 * pitch));
            a2 = TLanes.MultiplyAdd(a2, first, coefficient);
            b2 = TLanes.MultiplyAdd(b2, second, coefficient);
            coefficient = TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref coefficients, 3 * pitch));
            a3 = TLanes.MultiplyAdd(a3, first, coefficient);
            b3 = TLanes.MultiplyAdd(b3, second, coefficient);
            coefficients = ref Unsafe.Add(ref coefficients, TapGroups.GroupBytes);
        }

        StoreTwo(a0, b0, ref sums);
        StoreTwo(a1, b1, ref Unsafe.Add(ref sums, 2 * TLanes.Count));
        StoreTwo(a2, b2, ref Unsafe.Add(ref sums, 4 * TLanes.Count));
        StoreTwo(a3, b3, ref Unsafe.Add(ref sums, 6 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyThree(ref byte values, ref byte coefficients, int groups, ref int firstSums, ref int sums)
    {
        TSums a0 = TLanes.Everywhere(firstSums), a1 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 1));
        TSums a2 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 2)), a3 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 3));
        TSums b0 = a0, b1 = a1, b2 = a2, b3 = a3;
        TSums c0 = a0, c1 = a1, c2 = a2, c3 = a3;
        nint pitch = groups * TapGroups.GroupBytes;
        for (int group = 0; group < groups; group++)
        {
            TValues first = TLanes.LoadGroups(ref values);
            TValues second = TLanes.LoadGroups(ref Unsafe.Add(ref values, TLanes.Count * TapGroups.GroupBytes));
            TValues third = TLanes.LoadGroups(ref Unsafe.Add(ref values, 2 * TLanes.Count * TapGroups.GroupBytes));
            values = ref Unsafe.Add(ref values, 3 * TLanes.Count * TapGroups.GroupBytes);
            TValues coefficient = TLanes.LoadGroupEverywhere(ref coefficients);
            a0 = TLanes.MultiplyAdd(a0, first, coefficient);
            b0 = TLanes.MultiplyAdd(b0, second, coefficient);
            c0 = TLanes.MultiplyAdd(c0, third, coefficient);
            coefficient = TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref coefficients, pitch));
            a1 = TLanes.MultiplyAdd(a1, first, coefficient);
            b1 = TLanes.MultiplyAdd(b1, second, coefficient);
            c1 = TLanes.MultiplyAdd(c1, third, coefficient);
            coefficient = TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref coefficients, 2 * pitch));
            a2 = TLanes.MultiplyAdd(a2, first, coefficient);
            b2 = TLanes.MultiplyAdd(b2, second, coefficient);
            c2 = TLanes.MultiplyAdd(c2, third, coefficient);
            coefficient = TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref coefficients, 3 * pitch));
            a3 = TLanes.MultiplyAdd(a3, first, coefficient);
            b3 = TLanes.MultiplyAdd(b3, second, coefficient);
            c3 = TLanes.MultiplyAdd(c3, third, coefficient);
            coefficients = ref Unsafe.Add(ref coefficients, TapGroups.GroupBytes);
        }

        StoreTwo(a0, b0, ref sums);
        TLanes.Store(c0, ref Unsafe.Add(ref sums, 2 * TLanes.Count));
        StoreTwo(a1, b1, ref Unsafe.Add(ref sums, 3 * TLanes.Count));
        TLanes.Store(c1, ref Unsafe.Add(ref sums, 5 * TLanes.Count));
        StoreTwo(a2, b2, ref Unsafe.Add(ref sums, 6 * TLanes.Count));
        TLanes.Store(c2, ref Unsafe.Add(ref sums, 8 * TLanes.Count));
        StoreTwo(a3, b3, ref Unsafe.Add(ref sums, 9 * TLanes.Count));
        TLanes.Store(c3, ref Unsafe.Add(ref sums, 11 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTwo(TSums first, TSums second, ref int sums)
    {
        TLanes.Store(first, ref sums);
        TLanes.Store(second, ref Unsafe.Add(ref sums, TLanes.Count));
    }
}
