using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>The pack stage of the convolution kernels: 24-bit accumulator to int8 (operator contract, section 1a.4).</summary>
internal readonly record struct RequantizationStage(
    int AccumulatorShift, int OutputShift, int ClampMinimum, int ClampMaximum, AccumulatorOverflow Overflow)
{
    private const int LargestAccumulatorShift = 23;
    private const int LargestOutputShift = 31;

    /// <summary>The stage of a layer, with the checks of the kernels.</summary>
    /// <exception cref="HardwareFaultException">A shift is outside the range that the kernels accept.</exception>
    public static RequantizationStage Of(Requantization requantization, AccumulatorOverflow overflow)
    {
        if (requantization.AccumulatorShift is < 0 or > LargestAccumulatorShift || requantization.OutputShift is < 0 or > LargestOutputShift)
        {
            throw new HardwareFaultException(
                $"The kernels take an accumulator shift of 0..{LargestAccumulatorShift} and an output shift of 0..{LargestOutputShift}, not {requantization.AccumulatorShift} and {requantization.OutputShift}.");
        }

        return new RequantizationStage(
            requantization.AccumulatorShift, requantization.OutputShift, requantization.ClampMinimum, requantization.ClampMaximum, overflow);
    }

    /// <summary>One element. The sum may have wrapped modulo 2^32, which keeps its low 24 bits.</summary>
    public byte Pack(int sum, ushort scale)
    {
        int accumulator = Overflow == AccumulatorOverflow.Wrap ? unchecked(sum << 8) >> 8 : Math.Clamp(sum, -0x800000, 0x7FFFFF);
        int narrowed = (int)Saturate16(RoundHalfUp(accumulator, AccumulatorShift));
        long scaled = Saturate16(RoundHalfUp((long)narrowed * scale, OutputShift));
        return unchecked((byte)Math.Max(Math.Min(scaled, ClampMaximum), ClampMinimum));
    }

    private static long RoundHalfUp(long value, int shift) => shift == 0 ? value : (value + (1L << (shift - 1))) >> shift;

    private static long Saturate16(long value) => Math.Min(Math.Max(value, short.MinValue), short.MaxValue);
}
