using System.Runtime.CompilerServices;
using TileProof.HwModel.Machine;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.VectorCore;

/// <summary>The pack stage of the convolution kernels: 24-bit accumulator to int8 (operator contract, section 1a.4).</summary>
internal readonly record struct RequantizationStage(
    int AccumulatorShift, int OutputShift, int ClampMinimum, int ClampMaximum, PackBehavior Behavior)
{
    /// <summary>Whether the vector core narrows as the hardware does; else a defect is modelled.</summary>
    public bool IsHardware { get; } = Behavior == PackBehavior.Hardware(Behavior.Overflow);

    /// <summary>The stage of a layer, with the checks of the kernels.</summary>
    /// <exception cref="HardwareFaultException">A shift is outside the range that the kernels accept.</exception>
    public static RequantizationStage Of(Requantization requantization, PackBehavior behavior) =>
        PackShifts.Refusal(requantization) is { } reason
            ? throw new HardwareFaultException(reason)
            : new RequantizationStage(
                requantization.AccumulatorShift, requantization.OutputShift, requantization.ClampMinimum, requantization.ClampMaximum, behavior);

    /// <summary>What a 24-bit accumulator that wraps holds of a sum.</summary>
    public static int WrapTo24Bits(int sum) => unchecked(sum << 8) >> 8;

    /// <summary>One element. The sum may have wrapped modulo 2^32, which keeps its low 24 bits.</summary>
    public byte Pack(int sum, ushort scale, ref PackCounts counts)
    {
        long narrowed = Narrow(sum, ref counts);
        return Scale(narrowed, scale, ref counts);
    }

    /// <summary>The first stage alone: what 16 bits hold of an accumulator.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Narrow(int sum, ref PackCounts counts)
    {
        int wrapped = WrapTo24Bits(sum);
        int accumulator = Behavior.Overflow == AccumulatorOverflow.Wrap ? wrapped : Math.Clamp(sum, -0x800000, 0x7FFFFF);
        long shifted = ShiftRight(accumulator, AccumulatorShift);
        long narrowed = Narrow16(shifted, Behavior.SaturatesFirstShift);
        if (wrapped != sum)
        {
            counts.AccumulatorOverflows++;
        }

        if (narrowed != shifted)
        {
            counts.FirstShiftSaturations++;
        }

        return narrowed;
    }

    /// <summary>The second stage alone: the output of what the first one gives.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Scale(long narrowed, ushort scale, ref PackCounts counts)
    {
        long scaled = ShiftRight(narrowed * scale, OutputShift);
        long result = Narrow16(scaled, Behavior.SaturatesSecondShift);
        if (result != scaled)
        {
            counts.SecondShiftSaturations++;
        }

        return unchecked((byte)(Behavior.ClampsToInt8 ? Math.Max(Math.Min(result, ClampMaximum), ClampMinimum) : result));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Narrow16(long value, bool saturates) =>
        saturates ? Math.Min(Math.Max(value, short.MinValue), short.MaxValue) : unchecked((short)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long ShiftRight(long value, int shift)
    {
        if (shift == 0)
        {
            return value;
        }

        long half = 1L << (shift - 1);
        return Behavior.Rounding switch
        {
            ShiftRounding.HalfUp => (value + half) >> shift,
            ShiftRounding.Down => value >> shift,
            ShiftRounding.TowardZero => value / (1L << shift),
            ShiftRounding.HalfEven => (value + half - 1 + ((value >> shift) & 1)) >> shift,
            _ => value >= 0 ? (value + half) >> shift : -((-value + half) >> shift),
        };
    }
}
