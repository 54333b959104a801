using System.Globalization;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Golden.Scalar;

/// <summary>
/// The smallest and largest accumulator that inputs of some codes, or of all, can give, exactly, from the weights: whether it can wrap is a
/// theorem, not an observation.
/// </summary>
/// <remarks>
/// Every element may take every one of the codes. Positions at a border read the zero point where others read an input; every pattern of
/// such taps counts that an output position has.
/// </remarks>
public sealed record AccumulatorBounds
{
    private const int IntermediateBits = 16;

    private AccumulatorBounds()
    {
    }

    /// <summary>The codes that inputs take.</summary>
    public required CodeRange Inputs { get; init; }

    /// <summary>Bits of the accumulator.</summary>
    public required int Bits { get; init; }

    /// <summary>The smallest accumulator of all channels, before it wraps.</summary>
    public required long Smallest { get; init; }

    /// <summary>The largest one.</summary>
    public required long Largest { get; init; }

    /// <summary>The channel that comes closest to its range, or leaves it furthest.</summary>
    public required int Channel { get; init; }

    /// <summary>How far it stays within; negative where it leaves the range.</summary>
    public required long Margin { get; init; }

    /// <summary>The same for the value behind the first shift, which saturates to 16 bits; null where there is none.</summary>
    public long? IntermediateMargin { get; init; }

    /// <summary>The channel of that.</summary>
    public int IntermediateChannel { get; init; }

    /// <summary>Whether some input makes an accumulator wrap.</summary>
    public bool MayWrap => Margin < 0;

    /// <summary>Whether some input makes the 16-bit intermediate saturate.</summary>
    public bool MaySaturate => IntermediateMargin < 0;

    /// <summary>The range of a convolution.</summary>
    /// <param name="call">The convolution.</param>
    /// <param name="requantization">States the start of every accumulator, what padding reads, and the first shift.</param>
    /// <param name="inputs">The codes that inputs take.</param>
    public static AccumulatorBounds OfConvolution(Conv2dCall call, Requantization requantization, CodeRange inputs)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(requantization);
        Conv2dShape shape = call.Shape;
        bool[][] rows = PatternsOf(shape.OutHeight, shape.KernelHeight, shape.StrideHeight, shape.PadTop, shape.DilationHeight, shape.InHeight);
        bool[][] columns = PatternsOf(shape.OutWidth, shape.KernelWidth, shape.StrideWidth, shape.PadLeft, shape.DilationWidth, shape.InWidth);
        var ranges = new (long Smallest, long Largest)[shape.OutChannels];
        for (int o = 0; o < ranges.Length; o++)
        {
            ReadOnlySpan<sbyte> weights = call.Weights.AsSpan(o * shape.WeightsPerOutChannel, shape.WeightsPerOutChannel);
            ranges[o] = RangeOf(weights, rows, columns, requantization.KernelBias[o], requantization.InputZeroPoint, inputs);
        }

        return Of(ranges, inputs, AccumulatorRange.ConvolutionBits, requantization.AccumulatorShift);
    }

    /// <summary>The range of a fully connected layer.</summary>
    /// <param name="call">The layer.</param>
    /// <param name="inputs">The codes that inputs take.</param>
    public static AccumulatorBounds OfLinear(QuantizedLinearCall call, CodeRange inputs)
    {
        ArgumentNullException.ThrowIfNull(call);
        int zeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        var ranges = new (long Smallest, long Largest)[call.OutputFeatures];
        for (int m = 0; m < ranges.Length; m++)
        {
            (long positive, long negative) = SumsOf(call.Weights.AsSpan(m * call.InputFeatures, call.InputFeatures), 0, 1, call.WeightZeroPoint);
            (long low, long high) = (inputs.Smallest - zeroPoint, inputs.Largest - zeroPoint);
            ranges[m] = (call.Bias[m] + (positive * low) + (negative * high), call.Bias[m] + (positive * high) + (negative * low));
        }

        return Of(ranges, inputs, AccumulatorRange.LinearBits, null);
    }

    /// <summary><c>cannot wrap</c>, or by how much and in which channel.</summary>
    public string DescribeAccumulator() =>
        MayWrap ? string.Create(CultureInfo.InvariantCulture, $"may wrap, by {-Margin}, in channel {Channel}") : "cannot wrap";

    /// <summary><c>cannot saturate</c>, or by how much and in which channel; empty where there is no such value.</summary>
    public string DescribeIntermediate() => IntermediateMargin is not { } margin ? ""
        : margin < 0 ? string.Create(CultureInfo.InvariantCulture, $"may saturate, by {-margin}, in channel {IntermediateChannel}") : "cannot saturate";

    private static AccumulatorBounds Of((long Smallest, long Largest)[] ranges, CodeRange inputs, int bits, int? shift)
    {
        long[] margins = Array.ConvertAll(ranges, range => MarginOf(range, bits));
        long[] intermediates = shift is { } known ? Array.ConvertAll(ranges, range => MarginOf(Shift(Wrap(range, bits), known), IntermediateBits)) : [];
        int channel = Array.IndexOf(margins, margins.Min());
        int intermediate = intermediates.Length == 0 ? 0 : Array.IndexOf(intermediates, intermediates.Min());
        return new AccumulatorBounds
        {
            Inputs = inputs,
            Bits = bits,
            Smallest = ranges.Min(static range => range.Smallest),
            Largest = ranges.Max(static range => range.Largest),
            Channel = channel,
            Margin = margins[channel],
            IntermediateMargin = intermediates.Length == 0 ? null : intermediates[intermediate],
            IntermediateChannel = intermediate,
        };
    }

    private static long MarginOf((long Smallest, long Largest) range, int bits)
    {
        long largest = (1L << (bits - 1)) - 1;
        return Math.Min(largest - range.Largest, range.Smallest + largest + 1);
    }

    /// <summary>What the hardware holds: everything where a sum leaves the range, since it then wraps.</summary>
    private static (long Smallest, long Largest) Wrap((long Smallest, long Largest) range, int bits) =>
        MarginOf(range, bits) < 0 ? (-(1L << (bits - 1)), (1L << (bits - 1)) - 1) : range;

    private static (long Smallest, long Largest) Shift((long Smallest, long Largest) range, int shift) =>
        (FixedPoint.RoundHalfUpShift(range.Smallest, shift), FixedPoint.RoundHalfUpShift(range.Largest, shift));

    /// <summary>Which taps of a row or column of the kernel read the input, for every different output position; others read padding.</summary>
    private static bool[][] PatternsOf(int outputs, int taps, int stride, int padding, int dilation, int inputs)
    {
        var patterns = new Dictionary<string, bool[]>(StringComparer.Ordinal);
        for (int position = 0; position < outputs; position++)
        {
            var isInside = new bool[taps];
            for (int tap = 0; tap < taps; tap++)
            {
                int at = (position * stride) + (tap * dilation) - padding;
                isInside[tap] = at >= 0 && at < inputs;
            }

            patterns.TryAdd(string.Join(',', isInside), isInside);
        }

        return [.. patterns.Values];
    }

    private static (long Smallest, long Largest) RangeOf(ReadOnlySpan<sbyte> weights, bool[][] rows, bool[][] columns, int start, int zeroPoint, CodeRange inputs)
    {
        int width = columns[0].Length;
        int taps = rows[0].Length * width;
        var positive = new long[taps];
        var negative = new long[taps];
        for (int tap = 0; tap < taps; tap++)
        {
            (positive[tap], negative[tap]) = SumsOf(weights, tap, taps, 0);
        }

        long smallest = long.MaxValue;
        long largest = long.MinValue;
        foreach (bool[] row in rows)
        {
            foreach (bool[] column in columns)
            {
                long low = start;
                long high = start;
                for (int tap = 0; tap < taps; tap++)
                {
                    bool isInside = row[tap / width] && column[tap % width];
                    low += isInside ? (positive[tap] * inputs.Smallest) + (negative[tap] * inputs.Largest) : (positive[tap] + negative[tap]) * zeroPoint;
                    high += isInside ? (positive[tap] * inputs.Largest) + (negative[tap] * inputs.Smallest) : (positive[tap] + negative[tap]) * zeroPoint;
                }

                smallest = Math.Min(smallest, low);
                largest = Math.Max(largest, high);
            }
        }

        return (smallest, largest);
    }

    /// <summary>The sums of the positive and of the negative weights of every <paramref name="step"/>th from the first on.</summary>
    private static (long Positive, long Negative) SumsOf(ReadOnlySpan<sbyte> weights, int first, int step, int zeroPoint)
    {
        long positive = 0;
        long sum = 0;
        for (int i = first; i < weights.Length; i += step)
        {
            int weight = weights[i] - zeroPoint;
            sum += weight;
            positive += weight & ~(weight >> 31);
        }

        return (positive, sum - positive);
    }
}
