using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TileProof.HwModel.Executors;

/// <summary>Convolution with positions in the lanes of a vector: two or three vectors of positions times four output channels at a time, or one times eight.</summary>
/// <remarks>
/// The input is interleaved in groups of taps, block of positions by block, so that one multiplication adds a group to every position;
/// the coefficients of a group stand in every lane.
/// </remarks>
internal static class PositionLanes<TLanes, TValues, TSums>
    where TLanes : struct, IPositionLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    /// <summary>An input that is larger when packed is packed part by part, and not remembered.</summary>
    private const int LargestPackedBytes = 512 * 1024;

    /// <summary>Vectors of positions that are multiplied together at most.</summary>
    private const int LargestBlockVectors = 3;

    /// <summary>A number of the form.</summary>
    private static int Layout => VectorBytes + TLanes.GroupTaps;

    /// <summary>Bytes of a vector.</summary>
    private static int VectorBytes => TLanes.Count * TapGroups.GroupBytes;

    /// <summary>Computes a tile.</summary>
    public static void Compute(in ConvolutionTile tile, ConvolutionWorkspace workspace, ref PackCounts counts)
    {
        int groups = (tile.TapCount + TLanes.GroupTaps - 1) / TLanes.GroupTaps;
        int partVectors = Math.Min(VectorsOf(tile.PositionCount), Math.Max(TLanes.BlockVectors, LargestPackedBytes / (groups * VectorBytes)));
        int partPositions = partVectors * TLanes.Count;
        int packedBytes = (partVectors * groups * VectorBytes) + InputWindows.SlackBytes;
        bool isCurrent = false;
        Span<byte> packed = partPositions >= tile.PositionCount
            ? workspace.PackedInput(packedBytes, tile.Input, WindowGeometry.Of(tile, -Layout), out isCurrent)
            : workspace.Values(packedBytes);
        bool byChannel = IsGroupedByChannel(tile);
        ReadOnlySpan<byte> planes = byChannel && !isCurrent ? InterleavePlanes(tile, workspace) : [];
        var coefficients = new PackedCoefficients<TLanes, TValues, TSums>(tile, workspace, byChannel);
        Span<int> firstSums = stackalloc int[2 * TapGroups.BlockChannels];
        Span<int> sums = workspace.Sums((firstSums.Length + 1) * partPositions);
        for (int first = 0; first < tile.PositionCount; first += partPositions)
        {
            int count = Math.Min(partPositions, tile.PositionCount - first);
            if (!isCurrent && byChannel)
            {
                PackWindows(tile, planes, first, count, groups, packed);
            }
            else if (!isCurrent)
            {
                PackInput(tile, workspace, first, count, groups, packed);
            }

            // The sums of a channel follow those of the one before without a gap where what a channel writes too much is written again by the next.
            int vectors = VectorsOf(count);
            int channelPitch = count % TLanes.Count == 0 || BlockVectors(vectors) == vectors ? count : partPositions;
            int blockChannels = vectors == 1 ? 2 * TapGroups.BlockChannels : TapGroups.BlockChannels;
            for (int channel = 0; channel < tile.OutChannels; channel += blockChannels)
            {
                int channels = Math.Min(blockChannels, tile.OutChannels - channel);
                coefficients.FirstSums(channel, firstSums);
                for (int k = 0; k < channels; k++)
                {
                    firstSums[k] = unchecked(firstSums[k] + tile.FirstSum(channel + k));
                }

                if (vectors == 1)
                {
                    MultiplyOne(packed, coefficients.Block(channel), coefficients.BlockOrLast(channel + TapGroups.BlockChannels), groups, firstSums, sums, channelPitch);
                }
                else
                {
                    Multiply(packed, coefficients.Block(channel), groups, vectors, firstSums, sums, channelPitch);
                }

                tile.Pack(sums, channelPitch, channel, channels, first, count, ref counts);
            }
        }
    }

    private static int VectorsOf(int positions) => (positions + TLanes.Count - 1) / TLanes.Count;

    /// <summary>How many vectors the next block has: the number that suits the form, unless a single one would be left.</summary>
    private static int BlockVectors(int left) => left <= LargestBlockVectors ? left : left == LargestBlockVectors + 1 ? 2 : TLanes.BlockVectors;

    private static void PackInput(in ConvolutionTile tile, ConvolutionWorkspace workspace, int first, int count, int groups, Span<byte> packed)
    {
        int rowPitch = LargestBlockVectors * TLanes.Count;
        Span<byte> rows = workspace.Rows((groups * TLanes.GroupTaps * rowPitch) + InputRows.SlackBytes);
        rows[(tile.TapCount * rowPitch)..].Clear();
        for (int left = VectorsOf(count); left > 0;)
        {
            int vectors = BlockVectors(left);
            int positions = vectors * TLanes.Count;
            if (IsInterleavedInMemory(tile, first, positions))
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

    /// <summary>Whether groups are made of one tap of consecutive channels: the same as consecutive taps where a kernel has one, and much quicker to pack where it has more.</summary>
    private static bool IsGroupedByChannel(in ConvolutionTile tile) =>
        !tile.IsPointwise && tile.InChannels % TLanes.GroupTaps == 0 && InputWindows.PlaneElements(tile) >= TLanes.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ReadOnlySpan<byte> InterleavePlanes(in ConvolutionTile tile, ConvolutionWorkspace workspace)
    {
        int planeElements = InputWindows.PlaneElements(tile);
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

    private static void PackWindows(in ConvolutionTile tile, ReadOnlySpan<byte> planes, int first, int count, int groups, Span<byte> packed)
    {
        for (int left = VectorsOf(count); left > 0;)
        {
            int vectors = BlockVectors(left);
            int positions = vectors * TLanes.Count;
            InputWindows.Copy(tile, planes, tile.InChannels / TLanes.GroupTaps, first, Math.Min(positions, count), packed, positions);
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

    /// <summary>Sums of a block of channels at all positions of a part.</summary>
    private static void Multiply(
        ReadOnlySpan<byte> packed, ReadOnlySpan<byte> coefficients, int groups, int left, ReadOnlySpan<int> firstSums, Span<int> sums, int channelPitch)
    {
        ref byte values = ref MemoryMarshal.GetReference(packed[..(left * groups * VectorBytes)]);
        ref byte coefficient = ref MemoryMarshal.GetReference(coefficients[..(groups * TapGroups.BlockChannels * TapGroups.GroupBytes)]);
        ref int firstSum = ref MemoryMarshal.GetReference(firstSums[..TapGroups.BlockChannels]);
        ref int target = ref MemoryMarshal.GetReference(sums[..(((TapGroups.BlockChannels - 1) * channelPitch) + (left * TLanes.Count))]);
        while (left > 0)
        {
            int vectors = BlockVectors(left);
            if (vectors == 2)
            {
                MultiplyTwo(ref values, ref coefficient, groups, ref firstSum, ref target, channelPitch);
            }
            else
            {
                MultiplyThree(ref values, ref coefficient, groups, ref firstSum, ref target, channelPitch);
            }

            values = ref Unsafe.Add(ref values, vectors * groups * VectorBytes);
            target = ref Unsafe.Add(ref target, vectors * TLanes.Count);
            left -= vectors;
        }
    }

    /// <summary>Sums of two blocks of channels at one vector of positions.</summary>
    private static void MultiplyOne(
        ReadOnlySpan<byte> packed,
        ReadOnlySpan<byte> firstBlock,
        ReadOnlySpan<byte> secondBlock,
        int groups,
        ReadOnlySpan<int> firstSums,
        Span<int> sums,
        int channelPitch)
    {
        int blockBytes = groups * TapGroups.BlockChannels * TapGroups.GroupBytes;
        MultiplyOne(
            ref MemoryMarshal.GetReference(packed[..(groups * VectorBytes)]),
            ref MemoryMarshal.GetReference(firstBlock[..blockBytes]),
            ref MemoryMarshal.GetReference(secondBlock[..blockBytes]),
            groups,
            ref MemoryMarshal.GetReference(firstSums[..(2 * TapGroups.BlockChannels)]),
            ref MemoryMarshal.GetReference(sums[..((((2 * TapGroups.BlockChannels) - 1) * channelPitch) + TLanes.Count)]),
            channelPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyOne(ref byte values, ref byte first, ref byte second, int groups, ref int firstSums, ref int sums, int channelPitch)
    {
        TSums a0 = TLanes.Everywhere(firstSums), a1 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 1));
        TSums a2 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 2)), a3 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 3));
        TSums b0 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 4)), b1 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 5));
        TSums b2 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 6)), b3 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 7));
        nint pitch = groups * TapGroups.GroupBytes;
        for (int group = 0; group < groups; group++)
        {
            TValues value = TLanes.LoadGroups(ref values);
            values = ref Unsafe.Add(ref values, VectorBytes);
            a0 = TLanes.MultiplyAdd(a0, value, TLanes.LoadGroupEverywhere(ref first));
            a1 = TLanes.MultiplyAdd(a1, value, TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref first, pitch)));
            a2 = TLanes.MultiplyAdd(a2, value, TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref first, 2 * pitch)));
            a3 = TLanes.MultiplyAdd(a3, value, TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref first, 3 * pitch)));
            b0 = TLanes.MultiplyAdd(b0, value, TLanes.LoadGroupEverywhere(ref second));
            b1 = TLanes.MultiplyAdd(b1, value, TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref second, pitch)));
            b2 = TLanes.MultiplyAdd(b2, value, TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref second, 2 * pitch)));
            b3 = TLanes.MultiplyAdd(b3, value, TLanes.LoadGroupEverywhere(ref Unsafe.Add(ref second, 3 * pitch)));
            first = ref Unsafe.Add(ref first, TapGroups.GroupBytes);
            second = ref Unsafe.Add(ref second, TapGroups.GroupBytes);
        }

        StoreChannels(a0, a1, a2, a3, ref sums, channelPitch);
        StoreChannels(b0, b1, b2, b3, ref Unsafe.Add(ref sums, TapGroups.BlockChannels * channelPitch), channelPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTwo(ref byte values, ref byte coefficients, int groups, ref int firstSums, ref int sums, int channelPitch)
    {
        TSums a0 = TLanes.Everywhere(firstSums), a1 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 1));
        TSums a2 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 2)), a3 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 3));
        TSums b0 = a0, b1 = a1, b2 = a2, b3 = a3;
        nint pitch = groups * TapGroups.GroupBytes;
        for (int group = 0; group < groups; group++)
        {
            TValues first = TLanes.LoadGroups(ref values);
            TValues second = TLanes.LoadGroups(ref Unsafe.Add(ref values, VectorBytes));
            values = ref Unsafe.Add(ref values, 2 * VectorBytes);
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

        Store(a0, b0, ref sums);
        Store(a1, b1, ref Unsafe.Add(ref sums, channelPitch));
        Store(a2, b2, ref Unsafe.Add(ref sums, 2 * channelPitch));
        Store(a3, b3, ref Unsafe.Add(ref sums, 3 * channelPitch));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyThree(ref byte values, ref byte coefficients, int groups, ref int firstSums, ref int sums, int channelPitch)
    {
        TSums a0 = TLanes.Everywhere(firstSums), a1 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 1));
        TSums a2 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 2)), a3 = TLanes.Everywhere(Unsafe.Add(ref firstSums, 3));
        TSums b0 = a0, b1 = a1, b2 = a2, b3 = a3;
        TSums c0 = a0, c1 = a1, c2 = a2, c3 = a3;
        nint pitch = groups * TapGroups.GroupBytes;
        for (int group = 0; group < groups; group++)
        {
            TValues first = TLanes.LoadGroups(ref values);
            TValues second = TLanes.LoadGroups(ref Unsafe.Add(ref values, VectorBytes));
            TValues third = TLanes.LoadGroups(ref Unsafe.Add(ref values, 2 * VectorBytes));
            values = ref Unsafe.Add(ref values, 3 * VectorBytes);
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

        Store(a0, b0, c0, ref sums);
        Store(a1, b1, c1, ref Unsafe.Add(ref sums, channelPitch));
        Store(a2, b2, c2, ref Unsafe.Add(ref sums, 2 * channelPitch));
        Store(a3, b3, c3, ref Unsafe.Add(ref sums, 3 * channelPitch));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreChannels(TSums first, TSums second, TSums third, TSums fourth, ref int sums, int channelPitch)
    {
        TLanes.Store(first, ref sums);
        TLanes.Store(second, ref Unsafe.Add(ref sums, channelPitch));
        TLanes.Store(third, ref Unsafe.Add(ref sums, 2 * channelPitch));
        TLanes.Store(fourth, ref Unsafe.Add(ref sums, 3 * channelPitch));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TSums first, TSums second, ref int sums)
    {
        TLanes.Store(first, ref sums);
        TLanes.Store(second, ref Unsafe.Add(ref sums, TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TSums first, TSums second, TSums third, ref int sums)
    {
        Store(first, second, ref sums);
        TLanes.Store(third, ref Unsafe.Add(ref sums, 2 * TLanes.Count));
    }
}
