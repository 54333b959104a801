namespace TileProof.Golden.Scalar;

/// <summary>The exponential of a non-positive number as the DSP's softmax forms it: 2^fraction by a Q30 polynomial, then an exponent field.</summary>
/// <remarks>Source: operator contract, section 9a, steps 3 to 7. Results below 2^-126 are +0.</remarks>
internal static class FixedPointExponential
{
    private const int InputFractionBits = 24;
    private const int InverseLn2Q30 = 1549082005;
    private const int ProductFractionBits = 54;

    // Coefficients of 2^f in Q30, from the sixth power down to the constant.
    private const int C0 = 234841;
    private const int C1 = 1329551;
    private const int C2 = 10400465;
    private const int C3 = 59570027;
    private const int C4 = 257946177;
    private const int C5 = 744260763;
    private const int C6 = 1073741824;

    /// <summary>e^distance for <paramref name="distance"/> at most 0; NaN gives an unspecified finite number.</summary>
    public static float OfNonPositive(float distance)
    {
        int q24 = ToQ24(distance);
        long power = (long)q24 * InverseLn2Q30;
        int exponent = (int)(power >> ProductFractionBits);
        int fractionQ31 = (int)((uint)(power >> 22) >> 1);
        float mantissa = PowerOfTwoQ30(fractionQ31) * (1.0f / (1 << 30));
        float scale = BitConverter.Int32BitsToSingle(Math.Max(127 + exponent, 0) << 23);
        return mantissa * scale;
    }

    /// <summary>Truncates toward zero to 24 fraction bits and saturates to int32.</summary>
    private static int ToQ24(float distance)
    {
        double scaled = (double)distance * (1 << InputFractionBits);
        return double.IsNaN(scaled) ? 0 : (int)Math.Clamp(Math.Truncate(scaled), int.MinValue, int.MaxValue);
    }

    /// <summary>2^fraction in Q30, the even and the odd powers summed apart.</summary>
    private static int PowerOfTwoQ30(int fractionQ31)
    {
        int square = MultiplyQ31(fractionQ31, fractionQ31);
        int even = SaturatingAdd(C2, MultiplyQ31(square, C0));
        int odd = SaturatingAdd(C3, MultiplyQ31(square, C1));
        even = SaturatingAdd(C4, MultiplyQ31(square, even));
        odd = SaturatingAdd(C5, MultiplyQ31(square, odd));
        even = SaturatingAdd(C6, MultiplyQ31(square, even));
        return SaturatingAdd(even, MultiplyQ31(fractionQ31, odd));
    }

    private static int MultiplyQ31(int a, int b) => FixedPoint.Saturate32(FixedPoint.RoundHalfUpShift((long)a * b, 31));

    private static int SaturatingAdd(int a, int b) => FixedPoint.Saturate32((long)a + b);
}
