using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TileProof.HwModel.Proof;

/// <summary>Sums of products of words modulo 2^64: gathered windows of four output positions at a time, times the weights of all output channels.</summary>
internal static class WordConvolution
{
    private const int Positions = 4;

    /// <summary>Adds the products of every output element.</summary>
    /// <param name="tile">The operands.</param>
    /// <param name="windows">The input words of every output position, one window behind the other.</param>
    /// <param name="sums">Words <c>[OutChannels, OutRows * OutWidth]</c>, to which is added.</param>
    public static void Add(in WordTile tile, ReadOnlySpan<ulong> windows, Span<ulong> sums)
    {
        int taps = tile.TapCount;
        int count = tile.PositionCount;
        int first = 0;
        for (; first + Positions <= count; first += Positions)
        {
            ReadOnlySpan<ulong> here = windows.Slice(first * taps, Positions * taps);
            for (int channel = 0; channel < tile.OutChannels; channel++)
            {
                AddFour(here, tile.Weights.Slice(channel * taps, taps), sums.Slice((channel * count) + first, Positions));
            }
        }

        for (; first < count; first++)
        {
            for (int channel = 0; channel < tile.OutChannels; channel++)
            {
                ref ulong sum = ref sums[(channel * count) + first];
                sum = unchecked(sum + Multiply(windows.Slice(first * taps, taps), tile.Weights.Slice(channel * taps, taps)));
            }
        }
    }

    /// <summary>The input words of one output position in the order of the weights.</summary>
    public static void Gather(in WordTile tile, int position, Span<ulong> window)
    {
        int width = tile.Shape.KernelWidth;
        int dilation = tile.Shape.DilationWidth;
        int done = 0;
        for (int c = 0; c < tile.InChannels; c++)
        {
            for (int ky = 0; ky < tile.Shape.KernelHeight; ky++)
            {
                ReadOnlySpan<ulong> row = tile.Input.Slice(tile.InputOffset(position, c, ky, 0), ((width - 1) * dilation) + 1);
                for (int kx = 0; kx < row.Length; kx += dilation)
                {
                    window[done++] = row[kx];
                }
            }
        }
    }

    /// <summary>Adds the sum of products of each of four windows, one behind the other, with the same weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFour(ReadOnlySpan<ulong> windows, ReadOnlySpan<ulong> weights, Span<ulong> sums)
    {
        int taps = weights.Length;
        int lanes = Vector<ulong>.Count;
        int whole = taps / lanes * lanes;
        ref ulong weight = ref MemoryMarshal.GetReference(weights);
        ref ulong window = ref MemoryMarshal.GetReference(windows[..(Positions * taps)]);
        Vector<ulong> sum0 = Vector<ulong>.Zero;
        Vector<ulong> sum1 = Vector<ulong>.Zero;
        Vector<ulong> sum2 = Vector<ulong>.Zero;
        Vector<ulong> sum3 = Vector<ulong>.Zero;
        for (int i = 0; i < whole; i += lanes)
        {
            var w = Vector.LoadUnsafe(ref weight, (nuint)i);
            sum0 += w * Vector.LoadUnsafe(ref window, (nuint)i);
            sum1 += w * Vector.LoadUnsafe(ref window, (nuint)(taps + i));
            sum2 += w * Vector.LoadUnsafe(ref window, (nuint)((2 * taps) + i));
            sum3 += w * Vector.LoadUnsafe(ref window, (nuint)((3 * taps) + i));
        }

        ReadOnlySpan<ulong> products = [Vector.Sum(sum0), Vector.Sum(sum1), Vector.Sum(sum2), Vector.Sum(sum3)];
        for (int p = 0; p < Positions; p++)
        {
            ulong rest = Multiply(windows.Slice((p * taps) + whole, taps - whole), weights[whole..]);
            sums[p] = unchecked(sums[p] + products[p] + rest);
        }
    }

    private static ulong Multiply(ReadOnlySpan<ulong> window, ReadOnlySpan<ulong> weights)
    {
        ulong sum = 0;
        for (int i = 0; i < window.Length; i++)
        {
            sum = unchecked(sum + (window[i] * weights[i]));
        }

        return sum;
    }
}
