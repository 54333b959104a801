using System.Runtime.CompilerServices;
using TileProof.Operators.Requantizing;

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

    /// <summary>The first stage alone: what 16 bits hold of consecutive accumulators.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(int accumulatorShift, int firstAccumulator, Span<short> narrowed)
    {
        for (int i = 0; i < narrowed.Length; i++)
        {
            narrowed[i] = (short)Narrowed(accumulatorShift, firstAccumulator + (long)i, out _, out _);
        }
    }

    /// <summary>The second stage alone: the outputs of consecutive 16-bit values.</summary>
    public static void Scale(OutputConstants constants, short firstNarrowed, Span<sbyte> output)
    {
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = (sbyte)Scaled(constants, firstNarrowed + i, out _);
        }
    }

    /// <summary>The value that the kernel stores: the second stage of what the first stage gives, and of nothing else.</summary>
    internal static int Clamped(OutputConstants constants, long exact, out (bool Wraps, bool SaturatesShift, bool SaturatesScale) events)
    {
        int narrowed = Narrowed(constants.AccumulatorShift, exact, out bool wraps, out bool saturatesShift);
        int clamped = Scaled(constants, narrowed, out bool saturatesScale);
        events = (wraps, saturatesShift, saturatesScale);
        return clamped;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Narrowed(int accumulatorShift, long exact, out bool wraps, out bool saturates)
    {
        int accumulator = FixedPoint.Wrap24(exact);
        long shifted = FixedPoint.RoundHalfUpShift(accumulator, accumulatorShift);
        int narrowed = FixedPoint.Saturate16(shifted);
        (wraps, saturates) = (accumulator != exact, narrowed != shifted);
        return narrowed;
    }

    private static int Scaled(OutputConstants constants, int narrowed, out bool saturates)
    {
        long scaled = FixedPoint.RoundHalfUpShift((long)narrowed * constants.OutputScale, constants.OutputShift);
        int saturated = FixedPoint.Saturate16(scaled);
        saturates = saturated != scaled;
        return Math.Max(Math.Min(saturated, constants.ClampMaximum), constants.ClampMinimum);
    }
}
