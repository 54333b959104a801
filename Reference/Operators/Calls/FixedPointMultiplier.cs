namespace TileProof.Operators.Calls;

/// <summary>Splits a positive real factor into a Q31 mantissa and a power of two.</summary>
public static class FixedPointMultiplier
{
    /// <summary><c>factor = multiplier / 2^31 * 2^shift</c>, with the multiplier in 2^30..2^31 - 1 and rounded half away from zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not finite and above 0.</exception>
    public static (int Multiplier, int Shift) FromFactor(double factor)
    {
        if (!double.IsFinite(factor) || factor <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "A rescaling factor must be finite and above 0.");
        }

        int shift = Math.ILogB(factor) + 1;
        long multiplier = (long)Math.Round(Math.ScaleB(factor, 31 - shift), MidpointRounding.AwayFromZero);
        if (multiplier == 1L << 31)
        {
            multiplier >>= 1;
            shift++;
        }

        return ((int)multiplier, shift);
    }
}
