using System.Runtime.CompilerServices;

namespace TileProof.Golden.Scalar;

/// <summary>The integer steps of the DSP's vector unit, one element at a time.</summary>
internal static class FixedPoint
{
    /// <summary>Keeps the low 24 bits, sign-extended.</summary>
    public static int Wrap24(long value) => unchecked((int)(value << 40 >> 40));

    /// <summary>Arithmetic right shift that rounds half up: ties go toward positive infinity, for negative values too.</summary>
    /// <param name="value">Magnitude below 2^62.</param>
    /// <param name="shift">0..31; 0 returns the value.</param>
    public static long RoundHalfUpShift(long value, int shift) => shift == 0 ? value : (value + (1L << (shift - 1))) >> shift;

    /// <summary>Saturates to a signed 16-bit value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Saturate16(long value) => (int)Math.Clamp(value, short.MinValue, short.MaxValue);

    /// <summary>Saturates to a signed 32-bit value.</summary>
    public static int Saturate32(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);

    /// <summary>Saturates to a signed 8-bit value.</summary>
    public static sbyte Saturate8(long value) => (sbyte)Math.Clamp(value, sbyte.MinValue, sbyte.MaxValue);
}
