using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Golden;

/// <summary>The check of the low-level convolution entries.</summary>
internal static class ConvolutionArguments
{
    private const int LargestAccumulatorShift = 23;
    private const int LargestOutputShift = 31;

    /// <summary>Checks lengths and that the requantization fits the hardware's fields.</summary>
    /// <exception cref="ArgumentException">A length does not match the shape, or a field is out of range.</exception>
    public static void Require(
        Conv2dShape shape, int batch, ReadOnlySpan<sbyte> input, ReadOnlySpan<sbyte> weights, Requantization requantization)
    {
        RequireLengths(shape, batch, input, weights);
        Require(shape, requantization);
    }

    /// <summary>Checks the lengths of the int8 operands.</summary>
    /// <exception cref="ArgumentException">A length does not match the shape.</exception>
    public static void RequireLengths(Conv2dShape shape, int batch, ReadOnlySpan<sbyte> input, ReadOnlySpan<sbyte> weights)
    {
        RequireLength(shape, "input elements", shape.InputShape(batch).ElementCount, input.Length, nameof(input));
        RequireLength(shape, "weights", shape.WeightCount, weights.Length, nameof(weights));
    }

    /// <summary>Checks that the requantization belongs to the shape and fits the hardware's fields.</summary>
    /// <exception cref="ArgumentException">A length does not match the shape, or a field is out of range.</exception>
    public static void Require(Conv2dShape shape, Requantization requantization)
    {
        ArgumentNullException.ThrowIfNull(requantization);
        RequireLength(shape, "kernel biases", shape.OutChannels, requantization.KernelBias.Length, nameof(requantization));
        if (requantization.OutputScales.Length != 1)
        {
            RequireLength(shape, "output scales", shape.OutChannels, requantization.OutputScales.Length, nameof(requantization));
        }

        if (requantization.PostCorrection.Length != 0)
        {
            RequireLength(shape, "post corrections", shape.OutChannels, requantization.PostCorrection.Length, nameof(requantization));
        }

        RequireRange(nameof(Requantization.InputZeroPoint), requantization.InputZeroPoint, sbyte.MinValue, sbyte.MaxValue);
        RequireRange(nameof(Requantization.AccumulatorShift), requantization.AccumulatorShift, 0, LargestAccumulatorShift);
        RequireRange(nameof(Requantization.OutputShift), requantization.OutputShift, 0, LargestOutputShift);
        RequireRange(nameof(Requantization.ClampMaximum), requantization.ClampMaximum, sbyte.MinValue, sbyte.MaxValue);
        RequireRange(nameof(Requantization.ClampMinimum), requantization.ClampMinimum, sbyte.MinValue, requantization.ClampMaximum);
    }

    private static void RequireLength(Conv2dShape shape, string what, int expected, int actual, string parameterName)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{shape.ConfigKey} takes {expected} {what}, not {actual}.", parameterName);
        }
    }

    private static void RequireRange(string field, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum)
        {
            throw new ArgumentOutOfRangeException(field, value, $"{field} must be in {minimum}..{maximum}.");
        }
    }
}
