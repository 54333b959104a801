using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Kernels.Constants;

/// <summary>Geometry, weights and requantization of an int8 convolution.</summary>
public sealed class Conv2dInt8Constants : KernelConstants
{
    /// <summary>A correction beyond this saturates every level as this one does, and int32 sums hold it.</summary>
    private const int LargestCorrection = 2 * (sbyte.MaxValue - sbyte.MinValue);

    /// <summary>Makes the constants; the arrays are kept, not copied.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="weights"><c>[OC, C / groups, KH, KW]</c>.</param>
    /// <param name="requantization">From accumulator to int8.</param>
    /// <exception cref="ArgumentException">A length does not match the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A shift is outside 0..31, or the input zero point is not an int8.</exception>
    public Conv2dInt8Constants(Conv2dShape shape, sbyte[] weights, Requantization requantization)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(requantization);
        RequireLength(weights.Length, shape.WeightCount, "weights", nameof(weights));
        RequireLength(requantization.KernelBias.Length, shape.OutChannels, "kernel biases", nameof(requantization));
        RequireLength(requantization.OutputScales.Length, requantization.IsPerChannel ? shape.OutChannels : 1, "output scales", nameof(requantization));
        if (requantization.PostCorrection.Length != 0)
        {
            RequireLength(requantization.PostCorrection.Length, shape.OutChannels, "post corrections", nameof(requantization));
        }

        RequireShift(requantization.AccumulatorShift);
        RequireShift(requantization.OutputShift);
        ArgumentOutOfRangeException.ThrowIfNotEqual(requantization.InputZeroPoint, (sbyte)requantization.InputZeroPoint);
        Shape = shape;
        Weights = weights;
        KernelBias = requantization.KernelBias;
        OutputScales = Array.ConvertAll(requantization.OutputScales, static scale => (int)scale);
        PostCorrection = requantization.PostCorrection.Length == 0
            ? new int[shape.OutChannels]
            : Array.ConvertAll(requantization.PostCorrection, static correction => Math.Clamp(correction, -LargestCorrection, LargestCorrection));
        Requantization = new RequantizationConstants(
            requantization.InputZeroPoint,
            requantization.AccumulatorShift,
            requantization.OutputShift,
            requantization.ClampMinimum,
            requantization.ClampMaximum,
            requantization.IsPerChannel ? 1 : 0);
    }

    /// <summary>The geometry.</summary>
    public Conv2dShape Shape { get; }

    /// <summary><c>[OC, C / groups, KH, KW]</c>.</summary>
    public sbyte[] Weights { get; }

    /// <summary>The start value of the accumulator per output channel.</summary>
    public int[] KernelBias { get; }

    /// <summary>The 16-bit multipliers: one, or one per output channel.</summary>
    public int[] OutputScales { get; }

    /// <summary>Added after the int8 saturation, per output channel; zeros where the driver corrects nothing.</summary>
    public int[] PostCorrection { get; }

    /// <summary>The scalars.</summary>
    public RequantizationConstants Requantization { get; }

    internal override IReadOnlyList<Array> Arrays => [Weights, KernelBias, OutputScales, PostCorrection];

    private static void RequireShift(int shift)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shift);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shift, 31);
    }
}
