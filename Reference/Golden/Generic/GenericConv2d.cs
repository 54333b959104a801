using System.Runtime.Intrinsics;
using TileProof.Operators;

namespace TileProof.Golden.Generic;

/// <summary>The vendor's portable convolution: zero points subtracted first, accumulated in float, requantized in float.</summary>
/// <remarks>
/// Source: operator contract, section 1e. The sum starts at the bias and adds one product at a time over input channel, kernel
/// row, kernel column; it is exact while it stays below 2^24. Taps outside the image are skipped. The published operator has one
/// scale per tensor; one per output channel is the same formula with that channel's scale.
/// </remarks>
public static class GenericConv2d
{
    /// <summary>Output channels that are summed together.</summary>
    private const int BlockChannels = 32;

    /// <summary>Computes all output elements.</summary>
    /// <param name="shape">The geometry of one image.</param>
    /// <param name="batch">N, the number of images, 1 or more.</param>
    /// <param name="input">int8 <c>[N, C, H, W]</c>.</param>
    /// <param name="weights">int8 <c>[OC, C / groups, KH, KW]</c>, zero point 0.</param>
    /// <param name="bias">One int32 per output channel, in units of the bias scale.</param>
    /// <param name="biasScales">Input scale x weight scale: one for the tensor, or one per output channel.</param>
    /// <param name="inputZeroPoint">The int8 code of real 0 in the input.</param>
    /// <param name="outputScale">The real value of one output level.</param>
    /// <param name="outputZeroPoint">The int8 code of real 0 in the output.</param>
    /// <returns>int8 <c>[N, OC, OH, OW]</c>.</returns>
    /// <exception cref="ArgumentException">A length does not match the shape.</exception>
    public static sbyte[] Compute(
        Conv2dShape shape,
        int batch,
        ReadOnlySpan<sbyte> input,
        ReadOnlySpan<sbyte> weights,
        ReadOnlySpan<int> bias,
        ReadOnlySpan<float> biasScales,
        int inputZeroPoint,
        float outputScale,
        int outputZeroPoint)
    {
        ConvolutionArguments.RequireLengths(shape, batch, input, weights);
        if (bias.Length != shape.OutChannels)
        {
            throw new ArgumentException($"{shape.ConfigKey} takes {shape.OutChannels} biases, not {bias.Length}.", nameof(bias));
        }

        if (biasScales.Length != 1 && biasScales.Length != shape.OutChannels)
        {
            throw new ArgumentException($"{shape.ConfigKey} takes 1 or {shape.OutChannels} scales, not {biasScales.Length}.", nameof(biasScales));
        }

        return ComputeOnTapRows(shape, batch, input, TapRows(shape, weights), bias, biasScales, inputZeroPoint, outputScale, outputZeroPoint);
    }

    /// <summary>The weights of one tap for all output channels of a group side by side: <c>[groups, C / groups, KH, KW, OC / groups]</c>.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="weights">int8 <c>[OC, C / groups, KH, KW]</c>.</param>
    internal static sbyte[] TapRows(Conv2dShape shape, ReadOnlySpan<sbyte> weights)
    {
        // A few taps at a time, so that both sides stay in the processor's cache.
        const int BlockTaps = 16;
        int taps = shape.WeightsPerOutChannel;
        int groupChannels = shape.OutChannels / shape.Groups;
        var rows = new sbyte[weights.Length];
        for (int firstTap = 0; firstTap < taps; firstTap += BlockTaps)
        {
            int endTap = Math.Min(firstTap + BlockTaps, taps);
            for (int channel = 0; channel < shape.OutChannels; channel++)
            {
                (int group, int column) = Math.DivRem(channel, groupChannels);
                for (int tap = firstTap; tap < endTap; tap++)
                {
                    rows[(((group * taps) + tap) * groupChannels) + column] = weights[(channel * taps) + tap];
                }
            }
        }

        return rows;
    }

    /// <summary>The same with weights as <see cref="TapRows"/> lays them out.</summary>
    internal static sbyte[] ComputeOnTapRows(
        Conv2dShape shape,
        int batch,
        ReadOnlySpan<sbyte> input,
        ReadOnlySpan<sbyte> tapRows,
        ReadOnlySpan<int> bias,
        ReadOnlySpan<float> biasScales,
        int inputZeroPoint,
        float outputScale,
        int outputZeroPoint)
    {
        float inverseOutputScale = GenericRounding.InverseOf(outputScale);
        TensorShape outputShape = shape.OutputShape(batch);
        var output = new sbyte[outputShape.ElementCount];
        var levels = new float[shape.WeightsPerOutChannel];
        int[] tapOffsets = new int[levels.Length];
        var accumulators = new float[shape.OutChannels / shape.Groups];
        for (int position = 0; position < batch * shape.OutHeight * shape.OutWidth; position++)
        {
            (int row, int x) = Math.DivRem(position, shape.OutWidth);
            (int n, int y) = Math.DivRem(row, shape.OutHeight);
            for (int group = 0; group < shape.Groups; group++)
            {
                int firstChannel = group * accumulators.Length;
                for (int i = 0; i < accumulators.Length; i++)
                {
                    accumulators[i] = bias[firstChannel + i];
                }

                int taps = GatherLevels(shape, input, inputZeroPoint, new TensorIndex(n, group, y, x), levels, tapOffsets);
                AddTaps(levels.AsSpan(0, taps), tapOffsets.AsSpan(0, taps), tapRows, accumulators);
                for (int i = 0; i < accumulators.Length; i++)
                {
                    float value = biasScales[biasScales.Length == 1 ? 0 : firstChannel + i] * accumulators[i];
                    output[outputShape.OffsetOf(n, firstChannel + i, y, x)] = GenericRounding.ToInt8(value, inverseOutputScale, outputZeroPoint);
                }
            }
        }

        return output;
    }

    /// <summary>What the taps of one position multiply, those outside the image left out, and where their weights start; returns how many.</summary>
    /// <remarks>The index is image, group, row and column.</remarks>
    private static int GatherLevels(
        Conv2dShape shape, ReadOnlySpan<sbyte> input, int inputZeroPoint, TensorIndex index, Span<float> levels, Span<int> tapOffsets)
    {
        int channelsPerGroup = shape.InChannels / shape.Groups;
        int groupChannels = shape.OutChannels / shape.Groups;
        int tap = index.C * shape.WeightsPerOutChannel;
        int count = 0;
        for (int c = 0; c < channelsPerGroup; c++)
        {
            int plane = ((index.N * shape.InChannels) + (index.C * channelsPerGroup) + c) * shape.InHeight;
            for (int ky = 0; ky < shape.KernelHeight; ky++)
            {
                int y = (index.Y * shape.StrideHeight) - shape.PadTop + (ky * shape.DilationHeight);
                for (int kx = 0; kx < shape.KernelWidth; kx++, tap++)
                {
                    int x = (index.X * shape.StrideWidth) - shape.PadLeft + (kx * shape.DilationWidth);
                    if ((uint)y < (uint)shape.InHeight && (uint)x < (uint)shape.InWidth)
                    {
                        levels[count] = input[((plane + y) * shape.InWidth) + x] - inputZeroPoint;
                        tapOffsets[count++] = tap * groupChannels;
                    }
                }
            }
        }

        return count;
    }

    /// <summary>Adds products to the accumulators of the channels of a group, tap after tap: a product and a sum, rounded one after the other.</summary>
    private static void AddTaps(ReadOnlySpan<float> levels, ReadOnlySpan<int> tapOffsets, ReadOnlySpan<sbyte> tapRows, Span<float> accumulators)
    {
        int channel = 0;
        for (; channel <= accumulators.Length - BlockChannels; channel += BlockChannels)
        {
            Span<float> block = accumulators.Slice(channel, BlockChannels);
            var first = Vector256.Create<float>(block);
            var second = Vector256.Create<float>(block[8..]);
            var third = Vector256.Create<float>(block[16..]);
            var fourth = Vector256.Create<float>(block[24..]);
            for (int i = 0; i < levels.Length; i++)
            {
                var weights = Vector256.Create(tapRows.Slice(tapOffsets[i] + channel, BlockChannels));
                (Vector256<short> lower, Vector256<short> upper) = Vector256.Widen(weights);
                var level = Vector256.Create(levels[i]);
                first += Vector256.ConvertToSingle(Vector256.WidenLower(lower)) * level;
                second += Vector256.ConvertToSingle(Vector256.WidenUpper(lower)) * level;
                third += Vector256.ConvertToSingle(Vector256.WidenLower(upper)) * level;
                fourth += Vector256.ConvertToSingle(Vector256.WidenUpper(upper)) * level;
            }

            first.CopyTo(block);
            second.CopyTo(block[8..]);
            third.CopyTo(block[16..]);
            fourth.CopyTo(block[24..]);
        }

        for (; channel < accumulators.Length; channel++)
        {
            for (int i = 0; i < levels.Length; i++)
            {
                accumulators[channel] += levels[i] * tapRows[tapOffsets[i] + channel];
            }
        }
    }
}
