namespace TileProof.HwModel.VectorCore;

/// <summary>float32 softmax of one row in the vector unit's arithmetic (operator contract, section 9a).</summary>
/// <remarks>
/// 16 lanes; lane l takes elements l, l + 16, ... Not published and modelled here: the lane sums are added in halves (lanes 8
/// apart, then 4, 2, 1) and the reciprocal is correctly rounded. A NaN makes the whole row NaN, and so does a row whose maximum is
/// infinite, because its distance to itself is NaN.
/// </remarks>
internal static class SoftmaxArithmetic
{
    private const int LaneCount = 16;

    public static void Row(ReadOnlySpan<float> x, Span<float> y)
    {
        float maximum = x[0];
        for (int i = 1; i < x.Length; i++)
        {
            maximum = float.MaxNumber(maximum, x[i]);
        }

        Span<float> lanes = stackalloc float[LaneCount];
        lanes.Clear();
        bool anyNaN = false;
        for (int i = 0; i < x.Length; i++)
        {
            float distance = x[i] - maximum;
            anyNaN |= float.IsNaN(distance);
            float power = Exponential(distance);
            y[i] = power;
            lanes[i % LaneCount] += power;
        }

        if (anyNaN)
        {
            y.Fill(float.NaN);
            return;
        }

        float norm = 1.0f / SumInHalves(lanes);
        for (int i = 0; i < y.Length; i++)
        {
            y[i] *= norm;
        }
    }

    /// <summary>e^distance for a distance of 0 or less: a power of two times a polynomial of degree 6 in the fraction, in fixed point.</summary>
    private static float Exponential(float distance)
    {
        const long InverseLn2Q30 = 1549082005;
        int distanceQ24 = float.ConvertToInteger<int>(distance * (1 << 24));
        long powerQ54 = distanceQ24 * InverseLn2Q30;
        int exponent = (int)(powerQ54 >> 54);
        int fraction = (int)(unchecked((uint)(powerQ54 >> 22)) >> 1);

        // Coefficients in Q30, the fraction in Q31; even and odd powers apart.
        int square = MultiplyQ31(fraction, fraction);
        int even = SaturatingAdd(10400465, MultiplyQ31(square, 234841));
        int odd = SaturatingAdd(59570027, MultiplyQ31(square, 1329551));
        even = SaturatingAdd(257946177, MultiplyQ31(square, even));
        odd = SaturatingAdd(744260763, MultiplyQ31(square, odd));
        even = SaturatingAdd(1073741824, MultiplyQ31(square, even));
        float mantissa = SaturatingAdd(even, MultiplyQ31(fraction, odd)) * (1.0f / (1 << 30));

        // Results below the normal numbers become +0.
        return mantissa * BitConverter.Int32BitsToSingle(Math.Max(127 + exponent, 0) << 23);
    }

    private static float SumInHalves(Span<float> lanes)
    {
        while (lanes.Length > 1)
        {
            int half = lanes.Length / 2;
            for (int lane = 0; lane < half; lane++)
            {
                lanes[lane] += lanes[half + lane];
            }

            lanes = lanes[..half];
        }

        return lanes[0];
    }

    private static int MultiplyQ31(int a, int b) => Saturate((((long)a * b) + (1L << 30)) >> 31);

    private static int SaturatingAdd(int a, int b) => Saturate((long)a + b);

    private static int Saturate(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);
}
