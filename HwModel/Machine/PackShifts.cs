using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Machine;

/// <summary>The shifts that the pack instructions take; the kernels check them before they compute (operator contract, section 1a.4).</summary>
internal static class PackShifts
{
    private const int LargestAccumulatorShift = 23;
    private const int LargestOutputShift = 31;

    /// <summary>Why the kernels refuse these integers; null when they take them.</summary>
    public static string? Refusal(Requantization requantization) =>
        requantization.AccumulatorShift is < 0 or > LargestAccumulatorShift || requantization.OutputShift is < 0 or > LargestOutputShift
            ? $"The kernels take an accumulator shift of 0..{LargestAccumulatorShift} and an output shift of 0..{LargestOutputShift}, not {requantization.AccumulatorShift} and {requantization.OutputShift}."
            : null;
}
