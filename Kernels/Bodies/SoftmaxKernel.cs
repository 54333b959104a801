namespace TileProof.Kernels;

/// <summary>float32 softmax over rows, in four passes (operator contract, section 9a).</summary>
/// <remarks>
/// 1 the maximum of a row, one work item per row; 2 the exponential of every element, one work item per element; 3 the reciprocal
/// sum of a row, one work item per row; 4 the product, one work item per element. The exponential is a fixed-point polynomial, so
/// no device library takes part. Elements l, l + 16, l + 32, ... are added in that order to lane l of 16; lane l then takes
/// lane l + 8, then l + 4, l + 2 and l + 1.
/// </remarks>
public static class SoftmaxKernel
{
    private const int LaneCount = 16;
    private const long InverseLogarithmOfTwoQ30 = 1549082005;

    /// <summary>Pass 1: the largest element of row <paramref name="row"/>; NaN never wins.</summary>
    public static float Maximum<TFloat>(int row, TFloat input, int rowElementCount)
        where TFloat : struct, IReadOnlyView<float>
    {
        int first = row * rowElementCount;
        float maximum = float.NegativeInfinity;
        for (int offset = 0; offset < rowElementCount; offset++)
        {
            float value = input[first + offset];
            maximum = value > maximum ? value : maximum;
        }

        return maximum;
    }

    /// <summary>Pass 2: e to the element minus the maximum of its row, in 0..1; results below 2^-126 are 0, and NaN stays NaN.</summary>
    public static float Exponential<TFloat>(int index, TFloat input, TFloat maxima, int rowElementCount)
        where TFloat : struct, IReadOnlyView<float>
    {
        float difference = input[index] - maxima[index / rowElementCount];
        if (!(difference <= 0))
        {
            return BitConverter.Int32BitsToSingle(FloatArithmetic.QuietNaNBits);
        }

        int fixedQ24 = difference <= -128f ? int.MinValue : (int)(difference * 16777216f);
        long logarithmQ54 = fixedQ24 * InverseLogarithmOfTwoQ30;
        int exponent = (int)(logarithmQ54 >> 54);
        int fractionQ31 = (int)(((logarithmQ54 >> 22) & 0xFFFFFFFFL) >> 1);
        float mantissa = PowerOfTwo(fractionQ31) * (1f / 1073741824f);
        return mantissa * BitConverter.Int32BitsToSingle(Math.Max(127 + exponent, 0) << 23);
    }

    /// <summary>Pass 3: the reciprocal of the sum of row <paramref name="row"/> of the exponentials.</summary>
    public static float ReciprocalSum<TFloat>(int row, TFloat exponentials, int rowElementCount)
        where TFloat : struct, IReadOnlyView<float>
    {
        int first = row * rowElementCount;
        return FloatArithmetic.Divide(
            1f, SumOfEight(0, exponentials, first, rowElementCount) + SumOfEight(1, exponentials, first, rowElementCount));
    }

    /// <summary>Pass 4: the exponential times the reciprocal sum of its row; one NaN in a row makes the whole row NaN.</summary>
    public static float Normalize<TFloat>(int index, TFloat exponentials, TFloat reciprocalSums, int rowElementCount)
        where TFloat : struct, IReadOnlyView<float>
    {
        float result = exponentials[index] * reciprocalSums[index / rowElementCount];
        return result >= 0 ? result : BitConverter.Int32BitsToSingle(FloatArithmetic.QuietNaNBits);
    }

    /// <summary>2^30 times 2 to the power of the fraction: a polynomial of degree 6 in the fraction, even and odd terms apart.</summary>
    private static int PowerOfTwo(int fractionQ31)
    {
        int squareQ31 = MultiplyQ31(fractionQ31, fractionQ31);
        int even = AddSaturating(10400465, MultiplyQ31(squareQ31, 234841));
        int odd = AddSaturating(59570027, MultiplyQ31(squareQ31, 1329551));
        even = AddSaturating(257946177, MultiplyQ31(squareQ31, even));
        odd = AddSaturating(744260763, MultiplyQ31(squareQ31, odd));
        even = AddSaturating(1073741824, MultiplyQ31(squareQ31, even));
        return AddSaturating(even, MultiplyQ31(fractionQ31, odd));
    }

    private static int MultiplyQ31(int x, int y) =>
        IntegerArithmetic.Saturate32(IntegerArithmetic.ShiftRightRoundingHalfUp((long)x * y, 31));

    private static int AddSaturating(int x, int y) => IntegerArithmetic.Saturate32((long)x + y);

    private static float SumOfEight<TFloat>(int lane, TFloat values, int first, int count)
        where TFloat : struct, IReadOnlyView<float> =>
        SumOfFour(lane, values, first, count) + SumOfFour(lane + 2, values, first, count);

    private static float SumOfFour<TFloat>(int lane, TFloat values, int first, int count)
        where TFloat : struct, IReadOnlyView<float> =>
        SumOfTwo(lane, values, first, count) + SumOfTwo(lane + 4, values, first, count);

    private static float SumOfTwo<TFloat>(int lane, TFloat values, int first, int count)
        where TFloat : struct, IReadOnlyView<float> =>
        LaneSum(lane, values, first, count) + LaneSum(lane + 8, values, first, count);

    private static float LaneSum<TFloat>(int lane, TFloat values, int first, int count)
        where TFloat : struct, IReadOnlyView<float>
    {
        float sum = 0;
        for (int offset = lane; offset < count; offset += LaneCount)
        {
            sum += values[first + offset];
        }

        return sum;
    }
}
