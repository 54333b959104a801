using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TileProof.Operators;
using TileProof.Operators.Words;

namespace TileProof.Golden.Words;

/// <summary>The words that the output of a convolution call must have: the contract's sum on <see cref="RingWords"/>, without tiles, buffers or transfers.</summary>
/// <remarks>
/// Operator contract, section 1a.4: the accumulator is the bias and the sum of x * w, padding reads the input zero point. What happens to an
/// accumulator afterwards depends on it alone, and on the scale of its channel, whose word is added; so is that of a correction.
/// </remarks>
public static class GoldenConvolutionWords
{
    /// <summary>Words of windows that are held at a time: they stay in the processor's cache while the weights of every channel pass.</summary>
    private const int HeldWords = 1 << 16;

    /// <summary>Computes the words of all output elements <c>[N, OC, OH, OW]</c>.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="batch">N, images.</param>
    /// <param name="inputZeroPoint">What padding reads.</param>
    /// <param name="hasScales">Whether every output channel has a scale of its own.</param>
    /// <param name="isCorrected">Whether the driver corrects output channels after the kernel.</param>
    public static ulong[] Compute(Conv2dShape shape, int batch, sbyte inputZeroPoint, bool hasScales, bool isCorrected)
    {
        var starts = new ulong[shape.OutChannels];
        for (int o = 0; o < starts.Length; o++)
        {
            starts[o] = StartOf(o, hasScales, isCorrected);
        }

        int plane = shape.OutHeight * shape.OutWidth;
        int taps = shape.WeightsPerOutChannel;
        int held = Math.Clamp(HeldWords / taps, 1, plane);
        var output = new ulong[batch * starts.Length * plane];
        var image = new ulong[shape.InChannels * shape.InHeight * shape.InWidth];
        var windows = new ulong[held * taps];
        var weights = new ulong[taps];
        ulong padding = RingWords.Of(WordKind.Constant, unchecked((byte)inputZeroPoint));
        for (int n = 0; n < batch; n++)
        {
            RingWords.Fill(WordKind.Input, (long)n * image.Length, image);
            for (int first = 0; first < plane; first += held)
            {
                int count = Math.Min(held, plane - first);
                for (int o = 0; o < starts.Length; o++)
                {
                    for (int i = 0; i < count && o % shape.GroupOutChannels == 0; i++)
                    {
                        (int y, int x) = Math.DivRem(first + i, shape.OutWidth);
                        ReadWindow(shape, image, padding, o / shape.GroupOutChannels, y, x, windows.AsSpan(i * taps, taps));
                    }

                    RingWords.Fill(WordKind.Weight, (long)o * taps, weights);
                    Span<ulong> sums = output.AsSpan((((n * starts.Length) + o) * plane) + first, count);
                    for (int i = 0; i < count; i++)
                    {
                        sums[i] = unchecked(starts[o] + SumOfProducts(windows.AsSpan(i * taps, taps), weights));
                    }
                }
            }
        }

        return output;
    }

    /// <summary>Modulo 2^64. Compiled once for good: a library's loop would run in its first, slow form for most of a run's proofs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong SumOfProducts(ReadOnlySpan<ulong> window, ReadOnlySpan<ulong> weights)
    {
        ReadOnlySpan<Vector<ulong>> windows = MemoryMarshal.Cast<ulong, Vector<ulong>>(window);
        ReadOnlySpan<Vector<ulong>> factors = MemoryMarshal.Cast<ulong, Vector<ulong>>(weights);
        Vector<ulong> sums = Vector<ulong>.Zero;
        Vector<ulong> others = Vector<ulong>.Zero;
        int at = 0;
        for (; at + 1 < windows.Length; at += 2)
        {
            sums += windows[at] * factors[at];
            others += windows[at + 1] * factors[at + 1];
        }

        ulong sum = Vector.Sum(sums + others);
        for (int i = at * Vector<ulong>.Count; i < window.Length; i++)
        {
            sum = unchecked(sum + (window[i] * weights[i]));
        }

        return sum;
    }

    /// <summary>Everything of an element that does not depend on its place in the channel.</summary>
    private static ulong StartOf(int outChannel, bool hasScales, bool isCorrected)
    {
        Span<ulong> bytes = stackalloc ulong[4];
        RingWords.Fill(WordKind.Bias, outChannel * 4L, bytes);
        ulong start = RingWords.Element32(bytes);
        if (hasScales)
        {
            RingWords.Fill(WordKind.Scale, outChannel * 2L, bytes[..2]);
            start = unchecked(start + RingWords.Element16(bytes[..2]));
        }

        return isCorrected ? unchecked(start + RingWords.Of(WordKind.Correction, outChannel)) : start;
    }

    /// <summary>What the channels of a group read of an image at an output position, in the order of the weights.</summary>
    private static void ReadWindow(Conv2dShape shape, ulong[] image, ulong padding, int group, int outY, int outX, Span<ulong> window)
    {
        int tap = 0;
        for (int c = group * shape.GroupInChannels; c < (group + 1) * shape.GroupInChannels; c++)
        {
            for (int ky = 0; ky < shape.KernelHeight; ky++)
            {
                int y = (outY * shape.StrideHeight) + (ky * shape.DilationHeight) - shape.PadTop;
                for (int kx = 0; kx < shape.KernelWidth; kx++)
                {
                    int x = (outX * shape.StrideWidth) + (kx * shape.DilationWidth) - shape.PadLeft;
                    bool isInside = (uint)y < (uint)shape.InHeight && (uint)x < (uint)shape.InWidth;
                    window[tap++] = isInside ? image[(((c * shape.InHeight) + y) * shape.InWidth) + x] : padding;
                }
            }
        }
    }
}
