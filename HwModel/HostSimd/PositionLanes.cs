using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TileProof.HwModel.VectorCore;

namespace TileProof.HwModel.HostSimd;

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

    private static int VectorBytes => PositionInput<TLanes, TValues, TSums>.VectorBytes;

    /// <summary>Computes a tile.</summary>
    public static void Compute(in ConvolutionTile tile, ConvolutionWorkspace workspace, ref PackCounts counts)
    {
        int groups = PositionInput<TLanes, TValues, TSums>.GroupsOf(tile);
        int partVectors = Math.Min(PositionInput<TLanes, TValues, TSums>.VectorsOf(tile.PositionCount), Math.Max(TLanes.BlockVectors, LargestPackedBytes / (groups * VectorBytes)));
        int partPositions = partVectors * TLanes.Count;
        int packedBytes = (partVectors * groups * VectorBytes) + InputWindows.SlackBytes;
        bool isCurrent = false;
        Span<byte> packed = partPositions >= tile.PositionCount
            ? workspace.PackedInput(packedBytes, tile.Input, WindowGeometry.Of(tile, -PositionInput<TLanes, TValues, TSums>.Layout), out isCurrent)
            : workspace.Values(packedBytes);
        bool byChannel = PositionInput<TLanes, TValues, TSums>.IsGroupedByChannel(tile);
        ReadOnlySpan<byte> planes = byChannel && !isCurrent ? PositionInput<TLanes, TValues, TSums>.InterleavePlanes(tile, workspace) : [];
        var coefficients = new PackedCoefficients<TLanes, TValues, TSums>(tile, workspace, byChannel);
        Span<int> firstSums = stackalloc int[2 * TapGroups.BlockChannels];
        Span<int> sums = workspace.Sums((firstSums.Length + 1) * partPositions);
        for (int first = 0; first < tile.PositionCount; first += partPositions)
        {
            int count = Math.Min(partPositions, tile.PositionCount - first);
            if (!isCurrent)
            {
                PositionInput<TLanes, TValues, TSums>.Pack(tile, workspace, planes, first, count, packed);
            }

            // The sums of a channel follow those of the one before without a gap where what a channel writes too much is written again by the next.
            int vectors = PositionInput<TLanes, TValues, TSums>.VectorsOf(count);
            int channelPitch = count % TLanes.Count == 0 || PositionInput<TLanes, TValues, TSums>.BlockVectors(vectors) == vectors ? count : partPositions;
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
            int vectors = PositionInput<TLanes, TValues, TSums>.BlockVectors(left);
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
