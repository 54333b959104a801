using TileProof.HwModel.Machine;
using TileProof.HwModel.VectorCore;
using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Faults;

/// <summary>Decides whether two requantizations of one layer can ever differ, by trying every sum that its weights can reach.</summary>
public static class ArithmeticEquivalence
{
    /// <summary>A sum for which the two give different outputs; null when there is none, which proves them equivalent for every input.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="weights">int8 <c>[OC, C, KH, KW]</c>.</param>
    /// <param name="right">The integers of the layer.</param>
    /// <param name="rightBehavior">How the hardware narrows.</param>
    /// <param name="changed">Other shifts, multipliers and limits; the same biases.</param>
    /// <param name="changedBehavior">Another way to narrow.</param>
    /// <exception cref="ArgumentException">The biases differ, or there is a multiplier per channel.</exception>
    public static int? FindDifference(
        Conv2dShape shape,
        ReadOnlySpan<sbyte> weights,
        Requantization right,
        PackBehavior rightBehavior,
        Requantization changed,
        PackBehavior changedBehavior)
    {
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(changed);
        if (right.IsPerChannel || changed.IsPerChannel || !right.KernelBias.AsSpan().SequenceEqual(changed.KernelBias))
        {
            throw new ArgumentException("Only requantizations with the same biases and one multiplier can be compared.", nameof(changed));
        }

        RequantizationStage rightStage = RequantizationStage.Of(right, rightBehavior);
        RequantizationStage changedStage = RequantizationStage.Of(changed, changedBehavior);
        (int smallest, int largest) = ReachableSums(shape, weights, right.KernelBias);
        var counts = default(PackCounts);
        for (long sum = smallest; sum <= largest; sum++)
        {
            if (rightStage.Pack((int)sum, right.OutputScales[0], ref counts) != changedStage.Pack((int)sum, changed.OutputScales[0], ref counts))
            {
                return (int)sum;
            }
        }

        return null;
    }

    private static (int Smallest, int Largest) ReachableSums(Conv2dShape shape, ReadOnlySpan<sbyte> weights, int[] biases)
    {
        long smallest = long.MaxValue;
        long largest = long.MinValue;
        for (int channel = 0; channel < shape.OutChannels; channel++)
        {
            long low = biases[channel];
            long high = biases[channel];
            foreach (sbyte weight in weights.Slice(channel * shape.WeightsPerOutChannel, shape.WeightsPerOutChannel))
            {
                low += Math.Min(weight * sbyte.MinValue, weight * sbyte.MaxValue);
                high += Math.Max(weight * sbyte.MinValue, weight * sbyte.MaxValue);
            }

            smallest = Math.Min(smallest, low);
            largest = Math.Max(largest, high);
        }

        return (checked((int)smallest), checked((int)largest));
    }
}
