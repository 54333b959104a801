using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TileProof.HwModel.Executors;

/// <summary>Convolution with positions in the lanes of a vector: two vectors of positions times four output channels at a time.</summary>
/// <remarks>
/// The input of a block of positions is interleaved in pairs of taps, so that one multiplication adds two taps to every position;
/// the coefficients of a pair stand in every lane.
/// </remarks>
internal static class PositionLanes<TLanes, TValues, TSums>
    where TLanes : struct, IPairLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    private const int BlockChannels = 4;
    private const int BlockVectors = 2;

    /// <summary>Packed inputs beyond this are made block by block and forgotten.</summary>
    private const int LargestKeptValues = 256 * 1024;

    /// <summary>Computes a tile.</summary>
    public static void Compute(in ConvolutionTile tile, ConvolutionWorkspace workspace, ref PackCounts counts)
    {
        int blockPositions = BlockVectors * TLanes.Count;
        int pairs = (tile.TapCount + 1) / 2;
        int weightRows = (tile.OutChannels + BlockChannels - 1) / BlockChannels * BlockChannels;
        Span<short> weights = workspace.Weights(weightRows * pairs * 2);
        WidenWeights(tile.Coefficients, weights, tile.OutChannels, tile.TapCount, pairs * 2);
        Span<byte> rows = workspace.Rows((pairs * 2 * blockPositions) + InputRows.SlackBytes);
        Span<int> sums = stackalloc int[BlockChannels * blockPositions];
        int blockValues = pairs * 2 * blockPositions;
        int blocks = (tile.PositionCount + blockPositions - 1) / blockPositions;
        bool isCurrent = false;
        bool isKept = (long)blocks * blockValues <= LargestKeptValues;
        Span<short> packed = isKept
            ? workspace.PackedInput(blocks * blockValues, tile.Input, WindowGeometry.Of(tile, -blockPositions), out isCurrent)
            : workspace.Values(blockValues);
        for (int first = 0; first < tile.PositionCount; first += blockPositions)
        {
            int count = Math.Min(blockPositions, tile.PositionCount - first);
            bool isWide = count > TLanes.Count;
            Span<short> values = isKept ? packed.Slice(first / blockPositions * blockValues, blockValues) : packed;
            if (!isCurrent)
            {
                InputRows.Gather(tile, first, count, rows, blockPositions);
                rows[(tile.TapCount * blockPositions)..].Clear();
                Interleave(rows, values, pairs, isWide ? BlockVectors : 1);
            }

            for (int channel = 0; channel < tile.OutChannels; channel += BlockChannels)
            {
                ref short blockWeights = ref MemoryMarshal.GetReference(weights.Slice(channel * pairs * 2, BlockChannels * pairs * 2));
                if (isWide)
                {
                    MultiplyWide(ref MemoryMarshal.GetReference(values), ref blockWeights, pairs, ref MemoryMarshal.GetReference(sums));
                }
                else
                {
                    MultiplyNarrow(ref MemoryMarshal.GetReference(values), ref blockWeights, pairs, ref MemoryMarshal.GetReference(sums));
                }

                for (int k = 0; k < Math.Min(BlockChannels, tile.OutChannels - channel); k++)
                {
                    tile.Pack(sums.Slice(k * blockPositions, count), channel + k, first, ref counts);
                }
            }
        }
    }

    /// <summary>int8 rows as int16 rows that end in a zero where the count of taps is odd.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WidenWeights(ReadOnlySpan<byte> source, Span<short> target, int rows, int taps, int targetPitch)
    {
        int step = TLanes.Count * 2;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> from = source.Slice(row * taps, taps);
            Span<short> to = target.Slice(row * targetPitch, targetPitch);
            int tap = 0;
            for (; tap <= taps - step; tap += step)
            {
                TLanes.Store(TLanes.LoadWidened(ref Unsafe.AsRef(in from[tap])), ref to[tap]);
            }

            for (; tap < taps; tap++)
            {
                to[tap] = unchecked((sbyte)from[tap]);
            }

            to[taps..].Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interleave(Span<byte> rows, Span<short> values, int pairs, int vectors)
    {
        int blockPositions = BlockVectors * TLanes.Count;
        ref byte even = ref MemoryMarshal.GetReference(rows[..(pairs * 2 * blockPositions)]);
        ref short target = ref MemoryMarshal.GetReference(values[..(pairs * 2 * TLanes.Count * vectors)]);
        for (int pair = 0; pair < pairs; pair++)
        {
            ref byte odd = ref Unsafe.Add(ref even, blockPositions);
            for (int vector = 0; vector < vectors; vector++)
            {
                TLanes.Store(
                    TLanes.LoadInterleaved(ref Unsafe.Add(ref even, vector * TLanes.Count), ref Unsafe.Add(ref odd, vector * TLanes.Count)), ref target);
                target = ref Unsafe.Add(ref target, TLanes.Count * 2);
            }

            even = ref Unsafe.Add(ref odd, blockPositions);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyWide(ref short values, ref short weights, int pairs, ref int sums)
    {
        TSums a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero, a3 = TLanes.Zero;
        TSums b0 = TLanes.Zero, b1 = TLanes.Zero, b2 = TLanes.Zero, b3 = TLanes.Zero;
        ref short weights1 = ref Unsafe.Add(ref weights, pairs * 2);
        ref short weights2 = ref Unsafe.Add(ref weights1, pairs * 2);
        ref short weights3 = ref Unsafe.Add(ref weights2, pairs * 2);
        for (int tap = 0; tap < pairs * 2; tap += 2)
        {
            TValues first = TLanes.Load(ref values);
            TValues second = TLanes.Load(ref Unsafe.Add(ref values, TLanes.Count * 2));
            values = ref Unsafe.Add(ref values, TLanes.Count * 4);
            TValues weight = TLanes.LoadPairEverywhere(ref Unsafe.Add(ref weights, tap));
            a0 = TLanes.MultiplyAdd(a0, first, weight);
            b0 = TLanes.MultiplyAdd(b0, second, weight);
            weight = TLanes.LoadPairEverywhere(ref Unsafe.Add(ref weights1, tap));
            a1 = TLanes.MultiplyAdd(a1, first, weight);
            b1 = TLanes.MultiplyAdd(b1, second, weight);
            weight = TLanes.LoadPairEverywhere(ref Unsafe.Add(ref weights2, tap));
            a2 = TLanes.MultiplyAdd(a2, first, weight);
            b2 = TLanes.MultiplyAdd(b2, second, weight);
            weight = TLanes.LoadPairEverywhere(ref Unsafe.Add(ref weights3, tap));
            a3 = TLanes.MultiplyAdd(a3, first, weight);
            b3 = TLanes.MultiplyAdd(b3, second, weight);
        }

        int channelPitch = BlockVectors * TLanes.Count;
        TLanes.Store(a0, ref sums);
        TLanes.Store(b0, ref Unsafe.Add(ref sums, TLanes.Count));
        TLanes.Store(a1, ref Unsafe.Add(ref sums, channelPitch));
        TLanes.Store(b1, ref Unsafe.Add(ref sums, channelPitch + TLanes.Count));
        TLanes.Store(a2, ref Unsafe.Add(ref sums, 2 * channelPitch));
        TLanes.Store(b2, ref Unsafe.Add(ref sums, (2 * channelPitch) + TLanes.Count));
        TLanes.Store(a3, ref Unsafe.Add(ref sums, 3 * channelPitch));
        TLanes.Store(b3, ref Unsafe.Add(ref sums, (3 * channelPitch) + TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyNarrow(ref short values, ref short weights, int pairs, ref int sums)
    {
        TSums a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero, a3 = TLanes.Zero;
        ref short weights1 = ref Unsafe.Add(ref weights, pairs * 2);
        ref short weights2 = ref Unsafe.Add(ref weights1, pairs * 2);
        ref short weights3 = ref Unsafe.Add(ref weights2, pairs * 2);
        for (int tap = 0; tap < pairs * 2; tap += 2)
        {
            TValues value = TLanes.Load(ref values);
            values = ref Unsafe.Add(ref values, TLanes.Count * 2);
            a0 = TLanes.MultiplyAdd(a0, value, TLanes.LoadPairEverywhere(ref Unsafe.Add(ref weights, tap)));
            a1 = TLanes.MultiplyAdd(a1, value, TLanes.LoadPairEverywhere(ref Unsafe.Add(ref weights1, tap)));
            a2 = TLanes.MultiplyAdd(a2, value, TLanes.LoadPairEverywhere(ref Unsafe.Add(ref weights2, tap)));
            a3 = TLanes.MultiplyAdd(a3, value, TLanes.LoadPairEverywhere(ref Unsafe.Add(ref weights3, tap)));
        }

        int channelPitch = BlockVectors * TLanes.Count;
        TLanes.Store(a0, ref sums);
        TLanes.Store(a1, ref Unsafe.Add(ref sums, channelPitch));
        TLanes.Store(a2, ref Unsafe.Add(ref sums, 2 * channelPitch));
        TLanes.Store(a3, ref Unsafe.Add(ref sums, 3 * channelPitch));
    }
}
