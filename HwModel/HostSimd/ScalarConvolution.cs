using TileProof.HwModel.VectorCore;

namespace TileProof.HwModel.HostSimd;

/// <summary>Convolution one multiplication at a time: the form that the vector forms must equal.</summary>
internal static class ScalarConvolution
{
    /// <summary>Computes a tile.</summary>
    public static void Compute(in ConvolutionTile tile, ref PackCounts counts)
    {
        Span<int> sum = stackalloc int[1];
        for (int channel = 0; channel < tile.OutChannels; channel++)
        {
            ReadOnlySpan<byte> weights = tile.Coefficients.Slice(channel * tile.TapCount, tile.TapCount);
            for (int position = 0; position < tile.PositionCount; position++)
            {
                sum[0] = unchecked(tile.FirstSum(channel) + Sum(tile, weights, channel, position));
                tile.Pack(sum, 1, channel, 1, position, 1, ref counts);
            }
        }
    }

    private static int Sum(in ConvolutionTile tile, ReadOnlySpan<byte> weights, int channel, int position)
    {
        (int y, int x) = Math.DivRem(position, tile.OutWidth);
        int groupChannels = tile.InChannels / tile.Groups;
        int firstPlane = channel / (tile.OutChannels / tile.Groups) * groupChannels;
        int origin = (y * tile.StrideHeight * tile.InputRowPitchBytes) + (x * tile.Stride);
        int sum = 0;
        int tap = 0;
        for (int c = 0; c < groupChannels; c++)
        {
            for (int ky = 0; ky < tile.KernelHeight; ky++)
            {
                int start = origin + ((firstPlane + c) * tile.InputPlanePitchBytes) + (ky * tile.DilationHeight * tile.InputRowPitchBytes);
                for (int kx = 0; kx < tile.KernelWidth; kx++)
                {
                    sum = unchecked(sum + ((sbyte)tile.Input[start + (kx * tile.DilationWidth)] * (sbyte)weights[tap++]));
                }
            }
        }

        return sum;
    }
}
