namespace TileProof.HwModel.Machine;

/// <summary>Elements of a computation whose intermediate values left their range; the result is defined, but seldom wanted.</summary>
/// <param name="AccumulatorOverflows">Accumulators outside 24 bits.</param>
/// <param name="FirstShiftSaturations">Values that the first shift saturated to int16.</param>
/// <param name="SecondShiftSaturations">Values that the second shift saturated to int16.</param>
public readonly record struct ArithmeticEvents(long AccumulatorOverflows, long FirstShiftSaturations, long SecondShiftSaturations)
{
    /// <summary>Whether nothing happened.</summary>
    public bool IsNone => (AccumulatorOverflows | FirstShiftSaturations | SecondShiftSaturations) == 0;
}
