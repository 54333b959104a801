using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Executors;

/// <summary>The convolution arithmetic of the vector core on one tile.</summary>
/// <remarks>
/// The kernels of the modelled library differ in how they walk a tile. Their accumulators wrap, so the order of the sum cannot
/// change the result, and one walk serves them all: windows are gathered into rows of int16, and each output is a dot product.
/// </remarks>
internal static class VectorConvolution
{
    /// <summary>int16 lanes that a dot product consumes at a time; gathered rows are padded to it with zeros.</summary>
    private const int LaneBlock = 32;

    /// <summary>Computes every output element of the tile and says which intermediate values left their range.</summary>
    public static ArithmeticEvents Compute(in ConvolutionTile tile)
    {
        var counts = default(PackCounts);
        int taps = tile.InChannels * tile.KernelHeight * tile.KernelWidth;
        int paddedTaps = (taps + LaneBlock - 1) / LaneBlock * LaneBlock;
        int positions = tile.OutRows * tile.OutWidth;
        short[] windows = ArrayPool<short>.Shared.Rent(positions * paddedTaps);
        short[] weights = ArrayPool<short>.Shared.Rent(tile.OutChannels * paddedTaps);
        try
        {
            GatherWindows(tile, windows, taps, paddedTaps);
            WidenRows(tile.Coefficients, weights, tile.OutChannels, taps, paddedTaps);
            for (int channel = 0; channel < tile.OutChannels; channel++)
            {
                ComputeChannel(tile, channel, windows, weights.AsSpan(channel * paddedTaps, paddedTaps), ref counts);
            }

            return counts.ToEvents();
        }
        finally
        {
            ArrayPool<short>.Shared.Return(windows);
            ArrayPool<short>.Shared.Return(weights);
        }
    }

    private static void ComputeChannel(in ConvolutionTile tile, int channel, short[] windows, ReadOnlySpan<short> weights, ref PackCounts counts)
    {
        int bias = BinaryPrimitives.ReadInt32LittleEndian(tile.Biases[(channel * sizeof(int))..]);
        int scaleIndex = tile.OutputScales.Length == sizeof(ushort) ? 0 : channel;
        ushort scale = BinaryPrimitives.ReadUInt16LittleEndian(tile.OutputScales[(scaleIndex * sizeof(ushort))..]);
        RequantizationStage stage = tile.Requantization;
        int positions = tile.OutRows * tile.OutWidth;
        int position = 0;
        for (int y = 0; y < tile.OutRows; y++)
        {
            Span<byte> row = tile.Output.Slice((channel * tile.OutputPlanePitchBytes) + (y * tile.OutputRowPitchBytes), tile.OutWidth);
            for (int x = 0; x < row.Length; x++, position++)
            {
                int sum = DotProduct.Sum(windows.AsSpan(position * weights.Length, weights.Length), weights);
                Span<byte> partialSum = tile.PartialSums.IsEmpty ? [] : tile.PartialSums.Slice(((channel * positions) + position) * sizeof(int), sizeof(int));
                sum = unchecked(sum + (tile.ContinuesPartialSums ? BinaryPrimitives.ReadInt32LittleEndian(partialSum) : bias));
                if (tile.LeavesPartialSums)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(partialSum, RequantizationStage.WrapTo24Bits(sum));
                }
                else
                {
                    row[x] = stage.Pack(sum, scale, ref counts);
                }
            }
        }
    }

    private static void GatherWindows(in ConvolutionTile tile, short[] windows, int taps, int paddedTaps)
    {
        int position = 0;
        for (int y = 0; y < tile.OutRows; y++)
        {
            for (int x = 0; x < tile.OutWidth; x++, position++)
            {
                Span<short> window = windows.AsSpan(position * paddedTaps, paddedTaps);
                window[taps..].Clear();
                int origin = (y * tile.Stride * tile.InputRowPitchBytes) + (x * tile.Stride);
                int tap = 0;
                for (int c = 0; c < tile.InChannels; c++)
                {
                    int rowStart = origin + (c * tile.InputPlanePitchBytes);
                    for (int ky = 0; ky < tile.KernelHeight; ky++, rowStart += tile.InputRowPitchBytes)
                    {
                        ReadOnlySpan<byte> row = tile.Input.Slice(rowStart, tile.KernelWidth);
                        foreach (byte value in row)
                        {
                            window[tap++] = unchecked((sbyte)value);
                        }
                    }
                }
            }
        }
    }

    private static void WidenRows(ReadOnlySpan<byte> source, short[] destination, int rows, int taps, int paddedTaps)
    {
        ReadOnlySpan<sbyte> elements = MemoryMarshal.Cast<byte, sbyte>(source);
        for (int row = 0; row < rows; row++)
        {
            Span<short> target = destination.AsSpan(row * paddedTaps, paddedTaps);
            ReadOnlySpan<sbyte> from = elements.Slice(row * taps, taps);
            for (int tap = 0; tap < from.Length; tap++)
            {
                target[tap] = from[tap];
            }

            target[taps..].Clear();
        }
    }
}
