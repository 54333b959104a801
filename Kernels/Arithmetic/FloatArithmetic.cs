namespace TileProof.Kernels.Arithmetic;

/// <summary>Single-precision steps that give the same bits on every device.</summary>
/// <remarks>
/// Device compilers may contract a single-precision product and a following sum into one rounding, and their division may be off
/// by units in the last place. Here products and quotients are therefore formed in double precision and rounded once: a product
/// of two singles is exact in double, and a quotient of two singles survives the double rounding unchanged.
/// </remarks>
public static class FloatArithmetic
{
    private const float FirstIntegerOnly = 8388608f; // 2^23: from here on every single is an integer

    /// <summary>The bits of the quiet NaN that kernels produce: positive, no payload.</summary>
    public const int QuietNaNBits = 0x7FC00000;

    /// <summary>The product, rounded once to single precision.</summary>
    public static float Multiply(float x, float y) => (float)((double)x * y);

    /// <summary>The quotient, rounded once to single precision.</summary>
    public static float Divide(float x, float y) => (float)((double)x / y);

    /// <summary><c>x * y + z</c> with one rounding to single precision.</summary>
    /// <remarks>The double sum is rounded to odd, which makes the final rounding to single precision exact.</remarks>
    public static float FusedMultiplyAdd(float x, float y, float z)
    {
        double product = (double)x * y;
        double sum = product + z;
        double virtualAddend = sum - product;
        double error = (product - (sum - virtualAddend)) + (z - virtualAddend);
        long bits = BitConverter.DoubleToInt64Bits(sum);
        if ((error > 0 || error < 0) && (bits & 1) == 0)
        {
            bool awayFromZero = error > 0 == sum > 0;
            bits += awayFromZero ? 1 : -1;
        }

        return (float)BitConverter.Int64BitsToDouble(bits);
    }

    /// <summary>The nearest integer, ties to even, as a single; infinities and NaN are returned as they are.</summary>
    public static float RoundToNearestEven(float value)
    {
        if (!(value < FirstIntegerOnly && value > -FirstIntegerOnly))
        {
            return value;
        }

        int truncated = (int)value;
        float fraction = value - truncated;
        int odd = truncated & 1;
        if (fraction > 0.5f || (fraction == 0.5f && odd != 0))
        {
            truncated++;
        }
        else if (fraction < -0.5f || (fraction == -0.5f && odd != 0))
        {
            truncated--;
        }

        return truncated;
    }

    /// <summary>Clamps to -128..127, then rounds to the nearest integer, ties to even. NaN gives 127, as a minimum that ignores NaN does.</summary>
    public static sbyte ToInt8(float value)
    {
        float clamped = value < sbyte.MaxValue ? value : sbyte.MaxValue;
        clamped = clamped > sbyte.MinValue ? clamped : sbyte.MinValue;
        return (sbyte)(int)RoundToNearestEven(clamped);
    }
}
