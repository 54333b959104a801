using System.Numerics;

namespace TileProof.HwModel.HostSimd;

/// <summary>The sums and the rounding of the int8 fully connected layer (operator contract, section 7a).</summary>
/// <remarks>Sums wrap modulo 2^32, so neither lanes nor segments change them. The signature of the kernel narrows zero points to int8.</remarks>
internal static class LinearArithmetic
{
    /// <summary>int8 values that the kernel multiplies at a time; shorter rows are filled up with zeros.</summary>
    public const int StepElements = 32;

    /// <summary><see cref="StepElements"/> rounded up to hold <paramref name="elements"/>.</summary>
    public static int PaddedLength(int elements) => (elements + StepElements - 1) / StepElements * StepElements;

    /// <summary>The distances of int8 levels from a zero point, filled up with zeros.</summary>
    public static void Widen(ReadOnlySpan<sbyte> levels, int zeroPoint, Span<short> distances)
    {
        int narrowZeroPoint = unchecked((sbyte)zeroPoint);
        int i = 0;
        var zeroPoints = new Vector<short>((short)narrowZeroPoint);
        for (; i <= levels.Length - Vector<sbyte>.Count; i += Vector<sbyte>.Count)
        {
            Vector.Widen(new Vector<sbyte>(levels[i..]), out Vector<short> lower, out Vector<short> upper);
            (lower - zeroPoints).CopyTo(distances[i..]);
            (upper - zeroPoints).CopyTo(distances[(i + Vector<short>.Count)..]);
        }

        for (; i < levels.Length; i++)
        {
            distances[i] = (short)(levels[i] - narrowZeroPoint);
        }

        distances[levels.Length..].Clear();
    }

    /// <summary>Accumulator to int8: scaled and rounded to nearest even first, then moved by the zero point and limited.</summary>
    public static sbyte Requantize(int accumulator, float scale, int zeroPoint)
    {
        float rounded = MathF.Round(scale * (float)accumulator, MidpointRounding.ToEven);
        return (sbyte)Math.Clamp((float)zeroPoint + rounded, sbyte.MinValue, sbyte.MaxValue);
    }
}
