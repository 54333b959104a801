namespace TileProof.Kernels.Arithmetic;

/// <summary>The integer steps of the requantizing kernels (operator contract, sections 0.2 and 1a.4).</summary>
public static class IntegerArithmetic
{
    /// <summary>The low 24 bits of <paramref name="value"/>, sign-extended.</summary>
    public static int Wrap24(int value) => (value << 8) >> 8;

    /// <summary><c>floor((value + 2^(shift-1)) / 2^shift)</c>: ties go up, also for negative values; a shift of 0 changes nothing.</summary>
    public static long ShiftRightRoundingHalfUp(long value, int shift) =>
        shift == 0 ? value : (value + (1L << (shift - 1))) >> shift;

    /// <summary>The nearest value in -32768..32767.</summary>
    public static int Saturate16(long value) => (int)Math.Max(Math.Min(value, short.MaxValue), short.MinValue);

    /// <summary>The nearest value in -128..127.</summary>
    public static int Saturate8(int value) => Math.Max(Math.Min(value, sbyte.MaxValue), sbyte.MinValue);

    /// <summary>The nearest 32-bit value.</summary>
    public static int Saturate32(long value) => (int)Math.Max(Math.Min(value, int.MaxValue), int.MinValue);
}
