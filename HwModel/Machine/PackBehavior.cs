namespace TileProof.HwModel.Machine;

/// <summary>How the vector core narrows an accumulator. The hardware's behaviour is <see cref="Hardware"/>; other values model defects.</summary>
/// <param name="Overflow">What a 24-bit accumulator does beyond its range.</param>
/// <param name="Rounding">How both right shifts round.</param>
/// <param name="SaturatesFirstShift">Whether the first shift saturates to int16; else it keeps the low 16 bits.</param>
/// <param name="SaturatesSecondShift">Whether the second shift saturates to int16; else it keeps the low 16 bits.</param>
/// <param name="ClampsToInt8">Whether the result is clamped to the output range; else its low byte is stored.</param>
public readonly record struct PackBehavior(
    AccumulatorOverflow Overflow, ShiftRounding Rounding, bool SaturatesFirstShift, bool SaturatesSecondShift, bool ClampsToInt8)
{
    /// <summary>Round half up and saturate, as the operator contract says in section 1a.4.</summary>
    public static PackBehavior Hardware(AccumulatorOverflow overflow) => new(overflow, ShiftRounding.HalfUp, true, true, true);
}
