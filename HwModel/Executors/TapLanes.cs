using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TileProof.HwModel.Executors;

/// <summary>Convolution with taps in the lanes of a vector, for tiles with few positions: four positions times two output channels at a time.</summary>
/// <remarks>The window of each position is a row of int16; coefficients are widened as they are read from memory.</remarks>
internal static class TapLanes<TLanes, TValues, TSums>
    where TLanes : struct, IPairLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    private const int BlockPositions = 4;
    private const int BlockChannels = 2;

    /// <summary>Computes a tile.</summary>
    public static void Compute(in ConvolutionTile tile, ConvolutionWorkspace workspace, ref PackCounts counts)
    {
        int taps = tile.TapCount;
        int step = TLanes.Count * 2;
        int paddedTaps = (taps + step - 1) / step * step;
        int windowCount = (tile.PositionCount + BlockPositions - 1) / BlockPositions * BlockPositions;
        Span<short> windows = MemoryMarshal.Cast<byte, short>(workspace.PackedInput(
            windowCount * paddedTaps * sizeof(short), tile.Input, WindowGeometry.Of(tile, paddedTaps), out bool isCurrent));
        if (!isCurrent)
        {
            GatherWindows(tile, windows, paddedTaps);
        }

        // Behind a row of coefficients the next one is read, against zeros of the windows; behind the last rows there is no memory.
        Span<byte> last = workspace.LastWeights(BlockChannels * paddedTaps);
        Span<int> sums = workspace.Sums(tile.OutChannels * tile.PositionCount);
        Span<int> blockSums = stackalloc int[BlockChannels * BlockPositions];
        for (int first = 0; first < tile.PositionCount; first += BlockPositions)
        {
            int count = Math.Min(BlockPositions, tile.PositionCount - first);
            Span<short> block = windows.Slice(first * paddedTaps, BlockPositions * paddedTaps);
            for (int channel = 0; channel < tile.OutChannels; channel += BlockChannels)
            {
                int channels = Math.Min(BlockChannels, tile.OutChannels - channel);
                ReadOnlySpan<byte> weights = tile.Coefficients[(channel * taps)..];
                if (weights.Length < taps + paddedTaps)
                {
                    weights[..(channels * taps)].CopyTo(last);
                    weights = last;
                }

                Multiply(
                    ref MemoryMarshal.GetReference(block),
                    ref MemoryMarshal.GetReference(weights),
                    taps,
                    paddedTaps,
                    ref MemoryMarshal.GetReference(blockSums));
                for (int k = 0; k < channels; k++)
                {
                    int firstSum = tile.FirstSum(channel + k);
                    Span<int> row = sums.Slice(((channel + k) * tile.PositionCount) + first, count);
                    for (int i = 0; i < row.Length; i++)
                    {
                        row[i] = unchecked(firstSum + blockSums[(k * BlockPositions) + i]);
                    }
                }
            }
        }

        tile.Pack(sums, tile.PositionCount, 0, tile.OutChannels, 0, tile.PositionCount, ref counts);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GatherWindows(in ConvolutionTile tile, Span<short> windows, int paddedTaps)
    {
        // Locals: the compiler cannot know that writing windows leaves the tile alone.
        ReadOnlySpan<byte> input = tile.Input;
        int taps = tile.TapCount;
        int channels = tile.InChannels;
        int kernelHeight = tile.KernelHeight;
        int kernelWidth = tile.KernelWidth;
        int rowPitch = tile.InputRowPitchBytes;
        int planePitch = tile.InputPlanePitchBytes;
        for (int position = 0; position < tile.PositionCount; position++)
        {
            Span<short> window = windows.Slice(position * paddedTaps, paddedTaps);
            window[taps..].Clear();
            (int y, int x) = Math.DivRem(position, tile.OutWidth);
            int plane = ((y * rowPitch) + x) * tile.Stride;
            int tap = 0;
            for (int c = 0; c < channels; c++, plane += planePitch)
            {
                int row = plane;
                for (int ky = 0; ky < kernelHeight; ky++, row += rowPitch)
                {
                    for (int kx = 0; kx < kernelWidth; kx++)
                    {
                        window[tap++] = unchecked((sbyte)input[row + kx]);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(ref short windows, ref byte weights, int taps, int paddedTaps, ref int sums)
    {
        TSums a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero, a3 = TLanes.Zero;
        TSums b0 = TLanes.Zero, b1 = TLanes.Zero, b2 = TLanes.Zero, b3 = TLanes.Zero;
        ref short windows1 = ref Unsafe.Add(ref windows, paddedTaps);
        ref short windows2 = ref Unsafe.Add(ref windows1, paddedTaps);
        ref short windows3 = ref Unsafe.Add(ref windows2, paddedTaps);
        ref byte nextWeights = ref Unsafe.Add(ref weights, taps);
        for (int tap = 0; tap < paddedTaps; tap += TLanes.Count * 2)
        {
            TValues first = TLanes.LoadWidened(ref Unsafe.Add(ref weights, tap));
            TValues second = TLanes.LoadWidened(ref Unsafe.Add(ref nextWeights, tap));
            TValues window = TLanes.Load(ref Unsafe.Add(ref windows, tap));
            a0 = TLanes.MultiplyAdd(a0, window, first);
            b0 = TLanes.MultiplyAdd(b0, window, second);
            window = TLanes.Load(ref Unsafe.Add(ref windows1, tap));
            a1 = TLanes.MultiplyAdd(a1, window, first);
            b1 = TLanes.MultiplyAdd(b1, window, second);
            window = TLanes.Load(ref Unsafe.Add(ref windows2, tap));
            a2 = TLanes.MultiplyAdd(a2, window, first);
            b2 = TLanes.MultiplyAdd(b2, window, second);
            window = TLanes.Load(ref Unsafe.Add(ref windows3, tap));
            a3 = TLanes.MultiplyAdd(a3, window, first);
            b3 = TLanes.MultiplyAdd(b3, window, second);
        }

        sums = TLanes.Total(a0);
        Unsafe.Add(ref sums, 1) = TLanes.Total(a1);
        Unsafe.Add(ref sums, 2) = TLanes.Total(a2);
        Unsafe.Add(ref sums, 3) = TLanes.Total(a3);
        Unsafe.Add(ref sums, 4) = TLanes.Total(b0);
        Unsafe.Add(ref sums, 5) = TLanes.Total(b1);
        Unsafe.Add(ref sums, 6) = TLanes.Total(b2);
        Unsafe.Add(ref sums, 7) = TLanes.Total(b3);
    }
}
