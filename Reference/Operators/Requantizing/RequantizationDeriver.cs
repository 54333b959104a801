using System.Numerics;

namespace TileProof.Operators.Requantizing;

/// <summary>Derives the requantization integers of a convolution from its scales, zero points, weights and bias.</summary>
/// <remarks>
/// Source: operator contract, sections 1a.2 and 1a.3. Float steps are single precision where the modelled driver uses
/// <c>float</c>, so that the integers are the same on every machine. The published driver knows one effective scale per tensor;
/// with one per channel the shift comes from the largest, and each multiplier is truncated at that common shift.
/// </remarks>
public static class RequantizationDeriver
{
    /// <summary>Largest value of a signed 24-bit accumulator.</summary>
    public const int MaximumAccumulator = 8388607;

    /// <summary>Smallest value of a signed 24-bit accumulator.</summary>
    public const int MinimumAccumulator = -8388608;

    private const int MaximumScale = ushort.MaxValue;
    private const int SmallestUnnormalizedScale = 16384;
    private const int FirstOutputShift = 15;
    private const int LastOutputShift = 31;
    private const int LargestExponent = 62;
    private const double LargestZeroPointInAccumulator = 1L << 62;

    /// <summary>The scale from accumulator to output levels: <c>inputScale * weightScale / outputScale</c>, as two single-precision steps.</summary>
    /// <param name="biasScale">input scale x weight scale, already rounded to single precision.</param>
    /// <param name="outputScale">The scale of the output tensor.</param>
    public static float EffectiveScale(float biasScale, float outputScale) => biasScale / outputScale;

    /// <summary>Derives the integers.</summary>
    /// <param name="shape">The geometry; weights are <c>[OC, C / groups, KH, KW]</c>.</param>
    /// <param name="weights">The int8 weights, <see cref="Conv2dShape.WeightCount"/> of them.</param>
    /// <param name="bias">One int32 per output channel, in units of the effective scale.</param>
    /// <param name="effectiveScales">One scale for the tensor, or one per output channel; finite and above 0.</param>
    /// <param name="inputZeroPoint">The int8 code of real 0 in the input.</param>
    /// <param name="outputZeroPoint">The int8 code of real 0 in the output.</param>
    /// <param name="derivation">Which of the two published rules to follow.</param>
    /// <exception cref="ArgumentException">
    /// A length does not match the shape, a scale is not finite and positive, or it is so small that the output zero point exceeds 64 bits.
    /// </exception>
    public static Requantization Derive(
        Conv2dShape shape,
        ReadOnlySpan<sbyte> weights,
        ReadOnlySpan<int> bias,
        ReadOnlySpan<float> effectiveScales,
        int inputZeroPoint,
        int outputZeroPoint,
        ParameterDerivation derivation)
    {
        Validate(shape, weights, bias, effectiveScales);
        return derivation == ParameterDerivation.L1Norm
            ? DeriveL1Norm(shape, weights, bias, effectiveScales, inputZeroPoint, outputZeroPoint)
            : DeriveWorstCase(shape, weights, bias, effectiveScales, inputZeroPoint, outputZeroPoint);
    }

    /// <summary>The smallest shift in 0..31 that brings <paramref name="maximumAccumulator"/> to at most 32767.</summary>
    public static int AccumulatorShiftFor(float maximumAccumulator)
    {
        int shift = 0;
        while (shift < 31 && maximumAccumulator / (float)(1u << shift) > 32767.0f)
        {
            shift++;
        }

        return shift;
    }

    /// <summary>The 16-bit multiplier and second shift for one effective scale: the multiplier is truncated, and kept below 2^16.</summary>
    /// <remarks>
    /// At the first shift of 15 a multiplier of 16384..65535 is kept as it is; a smaller one is normalized to 32768..65535.
    /// Products beyond int32, undefined in the published code, count as larger than any multiplier.
    /// </remarks>
    public static (ushort Scale, int OutputShift) OutputScaleFor(float effectiveScale, int accumulatorShift)
    {
        int outputShift = FirstOutputShift;
        double raw = ScaleAt(effectiveScale, accumulatorShift + outputShift);
        if (raw > MaximumScale)
        {
            while (raw > MaximumScale && outputShift > 0)
            {
                outputShift--;
                raw = ScaleAt(effectiveScale, accumulatorShift + outputShift);
            }
        }
        else if (raw < SmallestUnnormalizedScale)
        {
            while (outputShift < LastOutputShift)
            {
                int exponent = accumulatorShift + outputShift + 1;
                double candidate = ScaleAt(effectiveScale, exponent);
                if (exponent > LargestExponent || candidate > MaximumScale)
                {
                    break;
                }

                outputShift++;
                raw = candidate;
            }
        }

        return ((ushort)Math.Clamp(raw, 1, MaximumScale), outputShift);
    }

    private static Requantization DeriveL1Norm(
        Conv2dShape shape, ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> bias, ReadOnlySpan<float> effectiveScales, int inputZeroPoint, int outputZeroPoint)
    {
        var kernelBias = new int[shape.OutChannels];
        var postCorrection = new int[shape.OutChannels];
        int largestKernelBias = 0;
        long largestL1Norm = 0;
        for (int o = 0; o < shape.OutChannels; o++)
        {
            float effectiveScale = effectiveScales[effectiveScales.Length == 1 ? 0 : o];
            (long sum, long l1Norm) = SumsOf(weights.Slice(o * shape.WeightsPerOutChannel, shape.WeightsPerOutChannel));
            long target = bias[o] - (inputZeroPoint * sum) + ZeroPointInAccumulator(outputZeroPoint, effectiveScale);
            kernelBias[o] = (int)Math.Clamp(target, MinimumAccumulator, MaximumAccumulator);
            float residual = (float)(target - kernelBias[o]) * effectiveScale;
            postCorrection[o] = (int)MathF.Truncate(residual >= 0 ? residual + 0.5f : residual - 0.5f);
            largestKernelBias = Math.Max(largestKernelBias, Math.Abs(kernelBias[o]));
            largestL1Norm = Math.Max(largestL1Norm, l1Norm);
        }

        float maximumAccumulator = (float)largestKernelBias + ((float)largestL1Norm * 128.0f);
        return Complete(maximumAccumulator, effectiveScales, inputZeroPoint, kernelBias, Array.Exists(postCorrection, static c => c != 0) ? postCorrection : []);
    }

    private static Requantization DeriveWorstCase(
        Conv2dShape shape, ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> bias, ReadOnlySpan<float> effectiveScales, int inputZeroPoint, int outputZeroPoint)
    {
        var kernelBias = new int[shape.OutChannels];
        for (int o = 0; o < shape.OutChannels; o++)
        {
            (long sum, _) = SumsOf(weights.Slice(o * shape.WeightsPerOutChannel, shape.WeightsPerOutChannel));
            kernelBias[o] = unchecked(bias[o] - (int)(inputZeroPoint * sum)); // the published int32 arithmetic wraps
        }

        float maximumAccumulator = (float)shape.WeightsPerOutChannel * 127f * (float)(127 + Math.Abs(inputZeroPoint));
        return Complete(
            maximumAccumulator, effectiveScales, inputZeroPoint, kernelBias, outputZeroPoint == 0 ? [] : [.. Enumerable.Repeat(outputZeroPoint, shape.OutChannels)]);
    }

    /// <summary>Adds the shifts and multipliers, which both rules take from the bound of the accumulator in the same way.</summary>
    private static Requantization Complete(
        float maximumAccumulator, ReadOnlySpan<float> effectiveScales, int inputZeroPoint, int[] kernelBias, int[] postCorrection)
    {
        int accumulatorShift = AccumulatorShiftFor(maximumAccumulator);
        (ushort[] scales, int outputShift) = ScalesFor(effectiveScales, accumulatorShift);
        return new Requantization
        {
            InputZeroPoint = inputZeroPoint,
            AccumulatorShift = accumulatorShift,
            OutputScales = scales,
            OutputShift = outputShift,
            KernelBias = kernelBias,
            PostCorrection = postCorrection,
        };
    }

    private static (ushort[] Scales, int OutputShift) ScalesFor(ReadOnlySpan<float> effectiveScales, int accumulatorShift)
    {
        float largest = 0;
        foreach (float effectiveScale in effectiveScales)
        {
            largest = Math.Max(largest, effectiveScale);
        }

        (ushort scale, int outputShift) = OutputScaleFor(largest, accumulatorShift);
        if (effectiveScales.Length == 1)
        {
            return ([scale], outputShift);
        }

        var scales = new ushort[effectiveScales.Length];
        for (int o = 0; o < scales.Length; o++)
        {
            scales[o] = (ushort)Math.Clamp(ScaleAt(effectiveScales[o], accumulatorShift + outputShift), 1, MaximumScale);
        }

        return (scales, outputShift);
    }

    /// <summary>The output zero point in accumulator units, rounded half away from zero.</summary>
    /// <remarks>The published rounding, truncate(x + 0.5), is kept: it differs from a true round just below a tie.</remarks>
    private static long ZeroPointInAccumulator(int outputZeroPoint, float effectiveScale)
    {
        double quotient = outputZeroPoint / (double)effectiveScale;
        if (Math.Abs(quotient) > LargestZeroPointInAccumulator)
        {
            throw new ArgumentException($"An output zero point of {outputZeroPoint} at an effective scale of {effectiveScale} does not fit 64 bits.", nameof(effectiveScale));
        }

        return (long)(quotient >= 0 ? quotient + 0.5 : quotient - 0.5);
    }

    private static double ScaleAt(float effectiveScale, int exponent) => Math.Truncate(Math.ScaleB((double)effectiveScale, exponent));

    /// <summary>Sum and sum of magnitudes; exact in any order.</summary>
    private static (long Sum, long L1Norm) SumsOf(ReadOnlySpan<sbyte> weights)
    {
        // An int16 lane holds the magnitudes of this many pairs of weights: 127 * 2 * 128 = 32512.
        const int LargestBlockVectors = 127;
        long sum = 0;
        long l1Norm = 0;
        while (weights.Length >= Vector<sbyte>.Count)
        {
            int blockVectors = Math.Min(weights.Length / Vector<sbyte>.Count, LargestBlockVectors);
            Vector<short> sums = Vector<short>.Zero;
            Vector<short> magnitudes = Vector<short>.Zero;
            for (int vector = 0; vector < blockVectors; vector++)
            {
                Vector.Widen(new Vector<sbyte>(weights[(vector * Vector<sbyte>.Count)..]), out Vector<short> lower, out Vector<short> upper);
                sums += lower + upper;
                magnitudes += Vector.Abs(lower) + Vector.Abs(upper);
            }

            sum += Total(sums);
            l1Norm += Total(magnitudes);
            weights = weights[(blockVectors * Vector<sbyte>.Count)..];
        }

        foreach (sbyte weight in weights)
        {
            sum += weight;
            l1Norm += Math.Abs((int)weight);
        }

        return (sum, l1Norm);
    }

    private static int Total(Vector<short> values)
    {
        Vector.Widen(values, out Vector<int> lower, out Vector<int> upper);
        return Vector.Sum(lower + upper);
    }

    private static void Validate(Conv2dShape shape, ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> bias, ReadOnlySpan<float> effectiveScales)
    {
        if (weights.Length != shape.WeightCount)
        {
            throw new ArgumentException($"{shape.ConfigKey} takes {shape.WeightCount} weights, not {weights.Length}.", nameof(weights));
        }

        if (bias.Length != shape.OutChannels)
        {
            throw new ArgumentException($"{shape.ConfigKey} takes {shape.OutChannels} biases, not {bias.Length}.", nameof(bias));
        }

        if (effectiveScales.Length != 1 && effectiveScales.Length != shape.OutChannels)
        {
            throw new ArgumentException($"{shape.ConfigKey} takes 1 or {shape.OutChannels} scales, not {effectiveScales.Length}.", nameof(effectiveScales));
        }

        foreach (float effectiveScale in effectiveScales)
        {
            if (!float.IsFinite(effectiveScale) || effectiveScale <= 0)
            {
                throw new ArgumentException($"An effective scale must be finite and above 0, not {effectiveScale}.", nameof(effectiveScales));
            }
        }
    }
}
