using System.Numerics.Tensors;
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
    /// <summary>Computes the words of all output elements <c>[N, OC, OH, OW]</c>.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="batch">N, images.</param>
    /// <param name="inputZeroPoint">What padding reads.</param>
    /// <param name="hasScales">Whether every output channel has a scale of its own.</param>
    /// <param name="isCorrected">Whether the driver corrects output channels after the kernel.</param>
    public static ulong[] Compute(Conv2dShape shape, int batch, sbyte inputZeroPoint, bool hasScales, bool isCorrected)
    {
        var weights = new ulong[shape.WeightCount];
        RingWords.Fill(WordKind.Weight, 0, weights);
        var starts = new ulong[shape.OutChannels];
        for (int o = 0; o < starts.Length; o++)
        {
            starts[o] = StartOf(o, hasScales, isCorrected);
        }

        TensorShape outputs = shape.OutputShape(batch);
        var output = new ulong[outputs.ElementCount];
        var window = new ulong[shape.WeightsPerOutChannel];
        ulong padding = RingWords.Of(WordKind.Constant, unchecked((byte)inputZeroPoint));
        for (int n = 0; n < batch; n++)
        {
            ulong[] image = new ulong[shape.InChannels * shape.InHeight * shape.InWidth];
            RingWords.Fill(WordKind.Input, (long)n * image.Length, image);
            for (int y = 0; y < shape.OutHeight; y++)
            {
                for (int x = 0; x < shape.OutWidth; x++)
                {
                    for (int o = 0; o < starts.Length; o++)
                    {
                        if (o % shape.GroupOutChannels == 0)
                        {
                            ReadWindow(shape, image, padding, o / shape.GroupOutChannels, y, x, window);
                        }

                        output[outputs.OffsetOf(n, o, y, x)] = unchecked(
                            starts[o] + TensorPrimitives.Dot<ulong>(window, weights.AsSpan(o * window.Length, window.Length)));
                    }
                }
            }
        }

        return output;
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
