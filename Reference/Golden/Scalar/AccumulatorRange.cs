using System.Numerics;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Golden.Scalar;

/// <summary>Finds accumulators that leave the range of the hardware: they wrap there, silently, and so they do in every golden.</summary>
/// <remarks>
/// A convolution sums in 24 bits and a fully connected layer in 32 (operator contract, sections 1a.4 and 7a). The extremes of every
/// input channel bound the sum of each output channel; only where that bound leaves the range are its elements summed, exactly.
/// </remarks>
public static class AccumulatorRange
{
    /// <summary>Bits of a convolution's accumulator.</summary>
    public const int ConvolutionBits = 24;

    /// <summary>Bits of a fully connected layer's accumulator.</summary>
    public const int LinearBits = 32;

    // Products of two bytes are at most 2^14 in magnitude, so an int32 lane holds this many sums of them.
    private const int LargestBlock = 1 << 16;

    /// <summary>The channels of a convolution whose accumulators leave the range, in order.</summary>
    /// <param name="call">The convolution.</param>
    /// <param name="input">int8, the call's input.</param>
    /// <param name="requantization">States the start of every accumulator, and what padding reads.</param>
    public static IReadOnlyList<ChannelOverflow> OfConvolution(Conv2dCall call, Tensor input, Requantization requantization)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(requantization);
        Conv2dShape shape = call.Shape;
        (int[] minima, int[] maxima) = ExtremesOf(input, shape.IsPadded ? requantization.InputZeroPoint : null);
        int groupOutputs = shape.OutChannels / shape.Groups;
        int groupInputs = shape.InChannels / shape.Groups;
        int taps = shape.KernelHeight * shape.KernelWidth;
        (int[] minimaOfWeights, int[] maximaOfWeights) = (Repeat(minima, taps), Repeat(maxima, taps));
        var weights = new int[shape.WeightsPerOutChannel];
        var tallies = new Dictionary<int, Tally>();
        for (int o = 0; o < shape.OutChannels; o++)
        {
            int first = o / groupOutputs * groupInputs * taps;
            Widen(call.Weights.AsSpan(o * weights.Length, weights.Length), weights);
            var tally = new Tally(requantization.KernelBias[o], ConvolutionBits);
            if (!tally.Covers(weights, minimaOfWeights.AsSpan(first, weights.Length), maximaOfWeights.AsSpan(first, weights.Length)))
            {
                tally.Weights = [.. weights];
                tallies.Add(o, tally);
            }
        }

        if (tallies.Count > 0)
        {
            Walk(shape, input, requantization.InputZeroPoint, tallies);
        }

        return Found(tallies);
    }

    /// <summary>The outputs of a fully connected layer whose accumulators leave the range, in order.</summary>
    /// <param name="call">The layer.</param>
    /// <param name="input">int8, the call's input.</param>
    public static IReadOnlyList<ChannelOverflow> OfLinear(QuantizedLinearCall call, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(input);
        int zeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        var tallies = new Dictionary<int, Tally>();
        for (int m = 0; m < call.OutputFeatures; m++)
        {
            // No difference of two bytes is beyond 255 in magnitude.
            var tally = new Tally(call.Bias[m], LinearBits);
            if (!tally.Holds(255L * 255 * call.InputFeatures) || !tally.Holds(-255L * 255 * call.InputFeatures))
            {
                tallies.Add(m, tally);
            }
        }

        foreach ((int m, Tally tally) in tallies)
        {
            ReadOnlySpan<sbyte> weights = call.Weights.AsSpan(m * call.InputFeatures, call.InputFeatures);
            for (int row = 0; row < input.Shape.Batch; row++)
            {
                ReadOnlySpan<sbyte> x = input.Int8.Slice(row * call.InputFeatures, call.InputFeatures);
                long sum = 0;
                for (int k = 0; k < x.Length; k++)
                {
                    sum += (x[k] - zeroPoint) * (weights[k] - call.WeightZeroPoint);
                }

                tally.Add(sum);
            }
        }

        return Found(tallies);
    }

    private static void Walk(Conv2dShape shape, Tensor input, int zeroPoint, Dictionary<int, Tally> tallies)
    {
        int groupOutputs = shape.OutChannels / shape.Groups;
        ILookup<int, Tally> groups = tallies.ToLookup(pair => pair.Key / groupOutputs, static pair => pair.Value);
        var window = new int[shape.WeightsPerOutChannel];
        for (int position = 0; position < input.Shape.Batch * shape.OutHeight * shape.OutWidth; position++)
        {
            (int row, int x) = Math.DivRem(position, shape.OutWidth);
            (int n, int y) = Math.DivRem(row, shape.OutHeight);
            foreach (IGrouping<int, Tally> group in groups)
            {
                ScalarConv2d.ReadWindow(shape, input.Int8, zeroPoint, new TensorIndex(n, group.Key * groupOutputs, y, x), window);
                foreach (Tally tally in group)
                {
                    tally.Add(SumOfProducts(window, tally.Weights));
                }
            }
        }
    }

    private static long SumOfProducts(ReadOnlySpan<int> window, ReadOnlySpan<int> weights)
    {
        long sum = 0;
        int tap = 0;
        while (tap + Vector<int>.Count <= weights.Length)
        {
            Vector<int> lanes = Vector<int>.Zero;
            int end = Math.Min(weights.Length, tap + (LargestBlock * Vector<int>.Count));
            for (; tap + Vector<int>.Count <= end; tap += Vector<int>.Count)
            {
                lanes += new Vector<int>(window[tap..]) * new Vector<int>(weights[tap..]);
            }

            sum += SumOf(lanes);
        }

        for (; tap < weights.Length; tap++)
        {
            sum += window[tap] * weights[tap];
        }

        return sum;
    }

    private static long SumOf(Vector<int> lanes)
    {
        Vector.Widen(lanes, out Vector<long> lower, out Vector<long> upper);
        return Vector.Sum(lower + upper);
    }

    /// <summary>The smallest and largest element of every input channel, over all images; with padding, what it reads counts too.</summary>
    private static (int[] Minima, int[] Maxima) ExtremesOf(Tensor input, int? padded)
    {
        TensorShape shape = input.Shape;
        var minima = new int[shape.Channels];
        var maxima = new int[shape.Channels];
        Array.Fill(minima, padded ?? sbyte.MaxValue);
        Array.Fill(maxima, padded ?? sbyte.MinValue);
        for (int plane = 0; plane < shape.Batch * shape.Channels; plane++)
        {
            int channel = plane % shape.Channels;
            foreach (sbyte level in input.Int8.Slice(plane * shape.PlaneElementCount, shape.PlaneElementCount))
            {
                minima[channel] = Math.Min(minima[channel], level);
                maxima[channel] = Math.Max(maxima[channel], level);
            }
        }

        return (minima, maxima);
    }

    private static void Widen(ReadOnlySpan<sbyte> weights, Span<int> wide)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            wide[i] = weights[i];
        }
    }

    private static int[] Repeat(int[] values, int times)
    {
        var repeated = new int[values.Length * times];
        for (int i = 0; i < values.Length; i++)
        {
            repeated.AsSpan(i * times, times).Fill(values[i]);
        }

        return repeated;
    }

    private static ChannelOverflow[] Found(Dictionary<int, Tally> tallies) =>
    [
        .. from pair in tallies
           where pair.Value.Count > 0
           orderby pair.Key
           select new ChannelOverflow(pair.Key, pair.Value.Count, pair.Value.LargestExcess),
    ];

    /// <summary>The accumulators of one output channel.</summary>
    private sealed class Tally(int start, int bits)
    {
        private readonly long largest = (1L << (bits - 1)) - 1;

        public int[] Weights { get; set; } = [];

        public long Count { get; private set; }

        public long LargestExcess { get; private set; }

        /// <summary>Whether an accumulator fits.</summary>
        public bool Holds(long sum) => ExcessOf(sum) <= 0;

        /// <summary>Whether no window within the extremes can leave the range.</summary>
        /// <param name="weights">The weights of the channel.</param>
        /// <param name="minima">The smallest element that each is multiplied by.</param>
        /// <param name="maxima">The largest one.</param>
        public bool Covers(ReadOnlySpan<int> weights, ReadOnlySpan<int> minima, ReadOnlySpan<int> maxima)
        {
            long lowest = 0;
            long highest = 0;
            int tap = 0;
            while (tap + Vector<int>.Count <= weights.Length)
            {
                Vector<int> lower = Vector<int>.Zero;
                Vector<int> upper = Vector<int>.Zero;
                int end = Math.Min(weights.Length, tap + (LargestBlock * Vector<int>.Count));
                for (; tap + Vector<int>.Count <= end; tap += Vector<int>.Count)
                {
                    var weight = new Vector<int>(weights[tap..]);
                    Vector<int> first = weight * new Vector<int>(minima[tap..]);
                    Vector<int> second = weight * new Vector<int>(maxima[tap..]);
                    lower += Vector.Min(first, second);
                    upper += Vector.Max(first, second);
                }

                lowest += SumOf(lower);
                highest += SumOf(upper);
            }

            for (; tap < weights.Length; tap++)
            {
                (int first, int second) = (weights[tap] * minima[tap], weights[tap] * maxima[tap]);
                lowest += Math.Min(first, second);
                highest += Math.Max(first, second);
            }

            return Holds(highest) && Holds(lowest);
        }

        public void Add(long sum)
        {
            long excess = ExcessOf(sum);
            if (excess > 0)
            {
                Count++;
                LargestExcess = Math.Max(LargestExcess, excess);
            }
        }

        private long ExcessOf(long sum)
        {
            long exact = start + sum;
            return Math.Max(exact - largest, -largest - 1 - exact);
        }
    }
}
