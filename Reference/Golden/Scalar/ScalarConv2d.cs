using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Golden.Scalar;

/// <summary>int8 convolution exactly as the DSP computes it, written as the plain sum.</summary>
/// <remarks>
/// Source: operator contract, sections 1a.4 and 1a.5. The products are summed exactly and wrapped to 24 bits once: addition
/// modulo 2^24 does not depend on its order, so this equals every tiling and every lane layout of the hardware.
/// </remarks>
public static class ScalarConv2d
{
    /// <summary>Computes all output elements.</summary>
    /// <param name="shape">The geometry of one image.</param>
    /// <param name="batch">N, the number of images, 1 or more.</param>
    /// <param name="input">int8 <c>[N, C, H, W]</c>.</param>
    /// <param name="weights">int8 <c>[OC, C / groups, KH, KW]</c>.</param>
    /// <param name="requantization">Kernel bias, shifts, multipliers and limits; padding reads its input zero point.</param>
    /// <exception cref="ArgumentException">A length does not match the shape, or a requantization field is outside the hardware's range.</exception>
    public static ScalarConv2dResult Compute(
        Conv2dShape shape, int batch, ReadOnlySpan<sbyte> input, ReadOnlySpan<sbyte> weights, Requantization requantization)
    {
        ConvolutionArguments.Require(shape, batch, input, weights, requantization);
        var counter = new EventCounter();
        TensorShape outputShape = shape.OutputShape(batch);
        var output = new sbyte[outputShape.ElementCount];
        var window = new int[shape.WeightsPerOutChannel];
        int groupChannels = shape.OutChannels / shape.Groups;
        for (int position = 0; position < batch * shape.OutHeight * shape.OutWidth; position++)
        {
            (int row, int x) = Math.DivRem(position, shape.OutWidth);
            (int n, int y) = Math.DivRem(row, shape.OutHeight);
            for (int channel = 0; channel < shape.OutChannels; channel++)
            {
                var index = new TensorIndex(n, channel, y, x);
                if (channel % groupChannels == 0)
                {
                    ReadWindow(shape, input, requantization.InputZeroPoint, index, window);
                }

                output[outputShape.OffsetOf(n, channel, y, x)] = ComputeElement(shape, window, weights, requantization, channel, counter);
            }
        }

        return new ScalarConv2dResult(output, counter.ToEvents());
    }

    /// <summary>Computes chosen output elements only, for spot checks of large layers.</summary>
    /// <param name="shape">The geometry of one image.</param>
    /// <param name="batch">N, the number of images, 1 or more.</param>
    /// <param name="input">int8 <c>[N, C, H, W]</c>.</param>
    /// <param name="weights">int8 <c>[OC, C / groups, KH, KW]</c>.</param>
    /// <param name="requantization">Kernel bias, shifts, multipliers and limits; padding reads its input zero point.</param>
    /// <param name="outputOffsets">Offsets, in elements, into the dense output <c>[N, OC, OH, OW]</c>.</param>
    /// <exception cref="ArgumentException">As for <see cref="Compute"/>, or an offset lies outside the output.</exception>
    public static ScalarConv2dResult ComputeElements(
        Conv2dShape shape,
        int batch,
        ReadOnlySpan<sbyte> input,
        ReadOnlySpan<sbyte> weights,
        Requantization requantization,
        ReadOnlySpan<int> outputOffsets)
    {
        ConvolutionArguments.Require(shape, batch, input, weights, requantization);
        var counter = new EventCounter();
        TensorShape outputShape = shape.OutputShape(batch);
        var output = new sbyte[outputOffsets.Length];
        var window = new int[shape.WeightsPerOutChannel];
        for (int i = 0; i < output.Length; i++)
        {
            if ((uint)outputOffsets[i] >= (uint)outputShape.ElementCount)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(outputOffsets), outputOffsets[i], $"The output {outputShape} has {outputShape.ElementCount} elements.");
            }

            TensorIndex index = outputShape.IndexOf(outputOffsets[i]);
            ReadWindow(shape, input, requantization.InputZeroPoint, index, window);
            output[i] = ComputeElement(shape, window, weights, requantization, index.C, counter);
        }

        return new ScalarConv2dResult(output, counter.ToEvents());
    }

    private static sbyte ComputeElement(
        Conv2dShape shape, ReadOnlySpan<int> window, ReadOnlySpan<sbyte> weights, Requantization requantization, int channel, EventCounter counter)
    {
        long sum = SumOfProducts(window, weights.Slice(channel * shape.WeightsPerOutChannel, shape.WeightsPerOutChannel));
        int clamped = ScalarRequantization.Clamped(OutputConstants.Of(requantization, channel), requantization.KernelBias[channel] + sum, out var events);
        counter.Count(events.Wraps, events.SaturatesShift, events.SaturatesScale);
        return FixedPoint.Saturate8((long)clamped + requantization.PostCorrectionOf(channel));
    }

    private static long SumOfProducts(ReadOnlySpan<int> window, ReadOnlySpan<sbyte> weights)
    {
        long sum = 0;
        for (int tap = 0; tap < weights.Length; tap++)
        {
            sum += window[tap] * weights[tap];
        }

        return sum;
    }

    /// <summary>What an output element and the others of its group at the same position multiply by their weights; padding is the zero point.</summary>
    internal static void ReadWindow(Conv2dShape shape, ReadOnlySpan<sbyte> input, int inputZeroPoint, TensorIndex index, Span<int> window)
    {
        int channelsPerGroup = shape.InChannels / shape.Groups;
        int firstChannel = index.C / (shape.OutChannels / shape.Groups) * channelsPerGroup;
        int tap = 0;
        for (int c = 0; c < channelsPerGroup; c++)
        {
            int plane = ((index.N * shape.InChannels) + firstChannel + c) * shape.InHeight;
            for (int ky = 0; ky < shape.KernelHeight; ky++)
            {
                int y = (index.Y * shape.StrideHeight) + (ky * shape.DilationHeight) - shape.PadTop;
                bool rowInside = (uint)y < (uint)shape.InHeight;
                for (int kx = 0; kx < shape.KernelWidth; kx++, tap++)
                {
                    int x = (index.X * shape.StrideWidth) + (kx * shape.DilationWidth) - shape.PadLeft;
                    bool inside = rowInside && (uint)x < (uint)shape.InWidth;
                    window[tap] = inside ? input[((plane + y) * shape.InWidth) + x] : inputZeroPoint;
                }
            }
        }
    }

    private sealed class EventCounter
    {
        private long accumulatorWraps;
        private long shiftSaturations;
        private long scaleSaturations;

        public void Count(bool accumulatorWrapped, bool shiftSaturated, bool scaleSaturated)
        {
            accumulatorWraps += accumulatorWrapped ? 1 : 0;
            shiftSaturations += shiftSaturated ? 1 : 0;
            scaleSaturations += scaleSaturated ? 1 : 0;
        }

        public ArithmeticEvents ToEvents() => new(accumulatorWraps, shiftSaturations, scaleSaturations);
    }
}
