using TileProof.Operators;

namespace TileProof.Golden.Scalar;

/// <summary>From the accumulator of a convolution to its int8 output, one accumulator at a time.</summary>
/// <remarks>Source: operator contract, section 1a.4. What the driver adds afterwards is no part of it.</remarks>
public static class ScalarRequantization
{
    /// <summary>The outputs of consecutive accumulators.</summary>
    /// <param name="constants">Shifts, multiplier and limits.</param>
    /// <param name="firstAccumulator">The first accumulator; what leaves 24 bits wraps.</param>
    /// <param name="output">Receives one output an accumulator.</param>
    public static void Compute(OutputConstants constants, int firstAccumulator, Span<sbyte> output)
    {
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = (sbyte)Clamped(constants, firstAccumulator + (long)i, out _);
        }
    }

    /// <summary>The value that the kernel stores.</summary>
    internal static int Clamped(OutputConstants constants, long exact, out (bool Wraps, bool SaturatesShift, bool SaturatesScale) events)
    {
        int accumulator = FixedPoint.Wrap24(exact);
        long shifted = FixedPoint.RoundHalfUpShift(accumulator, constants.AccumulatorShift);
        int v = FixedPoint.Saturate16(shifted);
        long scaled = FixedPoint.RoundHalfUpShift((long)v * constants.OutputScale, constants.OutputShift);
        int r = FixedPoint.Saturate16(scaled);
        events = (accumulator != exact, v != shifted, r != scaled);
        return Math.Max(Math.Min(r, constants.ClampMaximum), constants.ClampMinimum);
    }
}
