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

        float inverseOutputScale = GenericRounding.InverseOf(outputScale);
        TensorShape outputShape = shape.OutputShape(batch);
        var output = new sbyte[outputShape.ElementCount];
        for (int offset = 0; offset < output.Length; offset++)
        {
            TensorIndex index = outputShape.IndexOf(offset);
            float accumulator = Accumulate(shape, input, weights, bias[index.C], inputZeroPoint, index);
            float value = biasScales[biasScales.Length == 1 ? 0 : index.C] * accumulator;
            output[offset] = GenericRounding.ToInt8(value, inverseOutputScale, outputZeroPoint);
        }

        return output;
    }

    private static float Accumulate(
        Conv2dShape shape, ReadOnlySpan<sbyte> input, ReadOnlySpan<sbyte> weights, int bias, int inputZeroPoint, TensorIndex index)
    {
        int channelsPerGroup = shape.InChannels / shape.Groups;
        int group = index.C / (shape.OutChannels / shape.Groups);
        TensorShape inputShape = shape.InputShape(index.N + 1);
        TensorShape weightShape = shape.WeightShape();
        float accumulator = bias;
        for (int c = 0; c < channelsPerGroup; c++)
        {
            for (int ky = 0; ky < shape.KernelHeight; ky++)
            {
                int y = (index.Y * shape.Stride) - shape.VerticalPadding + (ky * shape.Dilation);
                if (y < 0 || y >= shape.InHeight)
                {
                    continue;
                }

                for (int kx = 0; kx < shape.KernelWidth; kx++)
                {
                    int x = (index.X * shape.Stride) - shape.Padding + (kx * shape.Dilation);
                    if (x < 0 || x >= shape.InWidth)
                    {
                        continue;
                    }

                    float level = input[inputShape.OffsetOf(index.N, (group * channelsPerGroup) + c, y, x)] - inputZeroPoint;
                    float weight = weights[weightShape.OffsetOf(index.C, c, ky, kx)];
                    accumulator += level * weight;
                }
            }
        }

        return accumulator;
    }
}
