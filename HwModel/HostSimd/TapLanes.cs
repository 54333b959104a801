using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TileProof.HwModel.VectorCore;

namespace TileProof.HwModel.HostSimd;

/// <summary>Convolution with taps in the lanes of a vector, for tiles with few positions: four positions times two output channels at a time.</summary>
/// <remarks>The window of each position is a row of values; coefficients are used as they are read from memory.</remarks>
internal static class TapLanes<TLanes, TValues, TSums>
    where TLanes : struct, ITapLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    private const int BlockPositions = 4;
    private const int BlockChannels = 2;

    /// <summary>Bytes of a value in a window.</summary>
    private static int TapBytes => TapGroups.GroupBytes / TLanes.GroupTaps;

    /// <summary>Computes a tile.</summary>
    public static void Compute(in ConvolutionTile tile, ConvolutionWorkspace workspace, ref PackCounts counts)
    {
        int taps = tile.TapCount;
        int step = TLanes.Count * TLanes.GroupTaps;
        int paddedTaps = (taps + step - 1) / step * step;
        int windowCount = (tile.PositionCount + BlockPositions - 1) / BlockPositions * BlockPositions;
        int windowBytes = paddedTaps * TapBytes;

        // Behind the windows comes one that adds coefficients.
        Span<byte> windows = workspace.PackedInput(
            (windowCount + 1) * windowBytes, tile.Input, WindowGeometry.Of(tile, (paddedTaps * TapGroups.GroupBytes) + TapBytes), out bool isCurrent);
        Span<byte> ones = windows[(windowCount * windowBytes)..];
        if (!isCurrent)
        {
            GatherWindows(tile, windows, windowBytes);
            ones[..(taps * TapBytes)].Fill(1);
            ones[(taps * TapBytes)..].Clear();
        }

        // Behind a row of coefficients the next one is read, against zeros of the windows; behind the last rows there is no memory.
        Span<byte> last = workspace.LastWeights(BlockChannels * paddedTaps);
        Span<int> sums = workspace.Sums(tile.OutChannels * tile.PositionCount);
        Span<int> blockSums = stackalloc int[BlockChannels * BlockPositions];
        for (int first = 0; first < tile.PositionCount; first += BlockPositions)
        {
            int count = Math.Min(BlockPositions, tile.PositionCount - first);
            Span<byte> block = windows.Slice(first * windowBytes, BlockPositions * windowBytes);
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
                    ref MemoryMarshal.GetReference(ones),
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
    private static void GatherWindows(in ConvolutionTile tile, Span<byte> windows, int windowBytes)
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
            Span<byte> window = windows.Slice(position * windowBytes, windowBytes);
            Span<short> wideWindow = MemoryMarshal.Cast<byte, short>(window);
            window[(taps * TapBytes)..].Clear();
            (int y, int x) = Math.DivRem(position, tile.OutWidth);
            int plane = ((y * rowPitch) + x) * tile.Stride;
            int tap = 0;
            for (int c = 0; c < channels; c++, plane += planePitch)
            {
                int row = plane;
                for (int ky = 0; ky < kernelHeight; ky++, row += rowPitch)
                {
                    for (int kx = 0; kx < kernelWidth; kx++, tap++)
                    {
                        int value = unchecked((sbyte)input[row + kx]) + TLanes.ValueOffset;
                        if (TapBytes == sizeof(byte))
                        {
                            window[tap] = unchecked((byte)value);
                        }
                        else
                        {
                            wideWindow[tap] = (short)value;
                        }
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(ref byte windows, ref byte ones, ref byte weights, int taps, int paddedTaps, ref int sums)
    {
        TSums a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero, a3 = TLanes.Zero, aOnes = TLanes.Zero;
        TSums b0 = TLanes.Zero, b1 = TLanes.Zero, b2 = TLanes.Zero, b3 = TLanes.Zero, bOnes = TLanes.Zero;
        nint pitch = paddedTaps * TapBytes;
        ref byte nextWeights = ref Unsafe.Add(ref weights, taps);
        for (int left = paddedTaps; left > 0; left -= TLanes.Count * TLanes.GroupTaps)
        {
            TValues first = TLanes.LoadCoefficients(ref weights);
            TValues second = TLanes.LoadCoefficients(ref nextWeights);
            TValues window = TLanes.LoadGroups(ref windows);
            a0 = TLanes.MultiplyAdd(a0, window, first);
            b0 = TLanes.MultiplyAdd(b0, window, second);
            window = TLanes.LoadGroups(ref Unsafe.Add(ref windows, pitch));
            a1 = TLanes.MultiplyAdd(a1, window, first);
            b1 = TLanes.MultiplyAdd(b1, window, second);
            window = TLanes.LoadGroups(ref Unsafe.Add(ref windows, 2 * pitch));
            a2 = TLanes.MultiplyAdd(a2, window, first);
            b2 = TLanes.MultiplyAdd(b2, window, second);
            window = TLanes.LoadGroups(ref Unsafe.Add(ref windows, 3 * pitch));
            a3 = TLanes.MultiplyAdd(a3, window, first);
            b3 = TLanes.MultiplyAdd(b3, window, second);
            if (TLanes.ValueOffset != 0)
            {
                window = TLanes.LoadGroups(ref ones);
                aOnes = TLanes.MultiplyAdd(aOnes, window, first);
                bOnes = TLanes.MultiplyAdd(bOnes, window, second);
            }

            weights = ref Unsafe.Add(ref weights, TLanes.Count * TLanes.GroupTaps);
            nextWeights = ref Unsafe.Add(ref nextWeights, TLanes.Count * TLanes.GroupTaps);
            windows = ref Unsafe.Add(ref windows, TLanes.Count * TapGroups.GroupBytes);
            ones = ref Unsafe.Add(ref ones, TLanes.Count * TapGroups.GroupBytes);
        }

        int aExcess = TLanes.ValueOffset * TLanes.Total(aOnes);
        int bExcess = TLanes.ValueOffset * TLanes.Total(bOnes);
        sums = unchecked(TLanes.Total(a0) - aExcess);
        Unsafe.Add(ref sums, 1) = unchecked(TLanes.Total(a1) - aExcess);
        Unsafe.Add(ref sums, 2) = unchecked(TLanes.Total(a2) - aExcess);
        Unsafe.Add(ref sums, 3) = unchecked(TLanes.Total(a3) - aExcess);
        Unsafe.Add(ref sums, 4) = unchecked(TLanes.Total(b0) - bExcess);
        Unsafe.Add(ref sums, 5) = unchecked(TLanes.Total(b1) - bExcess);
        Unsafe.Add(ref sums, 6) = unchecked(TLanes.Total(b2) - bExcess);
        Unsafe.Add(ref sums, 7) = unchecked(TLanes.Total(b3) - bExcess);
    }
}
