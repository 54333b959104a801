using TileProof.HwModel.Machine;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Faults;

/// <summary>Defects in the requantization.</summary>
internal static class ArithmeticFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        Pack("round-down", FaultClass.Rounding, "shifts round down", static b => b with { Rounding = ShiftRounding.Down }),
        Pack("round-toward-zero", FaultClass.Rounding, "shifts round toward zero", static b => b with { Rounding = ShiftRounding.TowardZero }),
        Pack("round-half-even", FaultClass.Rounding, "shifts round ties to even", static b => b with { Rounding = ShiftRounding.HalfEven }),
        Pack("round-half-away", FaultClass.Rounding, "shifts round ties away from zero", static b => b with { Rounding = ShiftRounding.HalfAwayFromZero }),
        Pack("first-saturation-missing", FaultClass.Saturation, "the first shift keeps the low 16 bits", static b => b with { SaturatesFirstShift = false }),
        Pack("second-saturation-missing", FaultClass.Saturation, "the second shift keeps the low 16 bits", static b => b with { SaturatesSecondShift = false }),
        Pack("clamp-missing", FaultClass.Saturation, "the result keeps its low byte", static b => b with { ClampsToInt8 = false }),
        Pack("accumulator-saturates", FaultClass.AccumulatorOverflow, "the accumulator saturates at 24 bits instead of wrapping", static b => b with { Overflow = AccumulatorOverflow.Saturate }),
        Integers("accumulator-shift-more", FaultClass.ShiftAndScale, "the first shift is one too large", static r => r with { AccumulatorShift = r.AccumulatorShift + 1 }),
        Integers("accumulator-shift-less", FaultClass.ShiftAndScale, "the first shift is one too small", static r => r with { AccumulatorShift = Math.Max(0, r.AccumulatorShift - 1) }),
        Integers("output-shift-more", FaultClass.ShiftAndScale, "the second shift is one too large", static r => r with { OutputShift = r.OutputShift + 1 }),
        Integers("output-shift-less", FaultClass.ShiftAndScale, "the second shift is one too small", static r => r with { OutputShift = Math.Max(0, r.OutputShift - 1) }),
        Integers("scale-more", FaultClass.ShiftAndScale, "the multiplier is one part in 128 too large", static r => Scale(r, 129)),
        Integers("scale-less", FaultClass.ShiftAndScale, "the multiplier is one part in 128 too small", static r => Scale(r, 127)),
        Integers("bias-zero", FaultClass.Bias, "the kernel biases are 0", static r => r with { KernelBias = new int[r.KernelBias.Length] }),
        Integers("bias-sign", FaultClass.Bias, "the kernel biases have the wrong sign", static r => r with { KernelBias = Array.ConvertAll(r.KernelBias, static bias => -bias) }),
        Integers("input-zero-point-sign", FaultClass.ZeroPoint, "the input zero point has the wrong sign", static r => r with { InputZeroPoint = Math.Min(-r.InputZeroPoint, 127) }),
        Integers("input-zero-point-off-by-one", FaultClass.ZeroPoint, "the input zero point is 1 too large", static r => r with { InputZeroPoint = Math.Min(r.InputZeroPoint + 1, 127) }),
        Integers("clamp-at-zero", FaultClass.ZeroPoint, "the lower limit of the output is 0", static r => r with { ClampMinimum = 0 }),
        Integers("clamp-maximum-less", FaultClass.ZeroPoint, "the upper limit of the output is 126", static r => r with { ClampMaximum = 126 }),
    ];

    private static Requantization Scale(Requantization requantization, int parts) => requantization with
    {
        OutputScales = Array.ConvertAll(requantization.OutputScales, scale => (ushort)Math.Min(scale * parts / 128, ushort.MaxValue)),
    };

    private static Fault Pack(string name, FaultClass kind, string description, Func<PackBehavior, PackBehavior> change) =>
        new(name, kind, description, () => new ArithmeticFault(null, change));

    private static Fault Integers(string name, FaultClass kind, string description, Func<Requantization, Requantization> change) =>
        new(name, kind, description, () => new ArithmeticFault(change, null));
}
