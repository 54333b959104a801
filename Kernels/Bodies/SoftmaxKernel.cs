using TileProof.Kernels.Arithmetic;
using TileProof.Kernels.Views;

namespace TileProof.Kernels.Bodies;

/// <summary>float32 softmax over rows, in five passes (operator contract, section 9a).</summary>
/// <remarks>
/// The exponential is a fixed-point polynomial, so no device library takes part. Elements l, l + 16, l + 32, ... of a row are added
/// in that order to lane l of 16; lane l then takes lane l + 8, then l + 4, l + 2 and l + 1.
/// </remarks>
public static class SoftmaxKernel
{
    /// <summary>The partial sums of a row.</summary>
    public const int LaneCount = 16;

    private const long InverseLogarithmOfTwoQ30 = 1549082005;

    /// <summary>Pass 1, one work item per row: the largest element; NaN never wins.</summary>
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

    /// <summary>Pass 2, one work item per element: e to the element minus the maximum of its row, in 0..1; results below 2^-126 are 0, and NaN stays NaN.</summary>
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

    /// <summary>Pass 3, one work item per row and lane: the sum of the lane's exponentials, added to 0 one after the other.</summary>
    /// <param name="index">row * 16 + lane.</param>
    /// <param name="exponentials">The results of pass 2.</param>
    /// <param name="rowElementCount">The elements of a row.</param>
    public static float LaneSum<TFloat>(int index, TFloat exponentials, int rowElementCount)
        where TFloat : struct, IReadOnlyView<float>
    {
        int first = index / LaneCount * rowElementCount;
        float sum = 0;
        for (int offset = index % LaneCount; offset < rowElementCount; offset += LaneCount)
        {
            sum += exponentials[first + offset];
        }

        return sum;
    }

    /// <summary>Pass 4, one work item per row: the reciprocal of the sum of its lanes.</summary>
    public static float ReciprocalSum<TFloat>(int row, TFloat laneSums)
        where TFloat : struct, IReadOnlyView<float>
    {
        int first = row * LaneCount;
        return FloatArithmetic.Divide(1f, SumOfEight(first, laneSums) + SumOfEight(first + 1, laneSums));
    }

    /// <summary>Pass 5, one work item per element: the exponential times the reciprocal sum of its row; one NaN in a row makes the whole row NaN.</summary>
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

    private static float SumOfEight<TFloat>(int lane, TFloat laneSums)
        where TFloat : struct, IReadOnlyView<float> =>
        SumOfFour(lane, laneSums) + SumOfFour(lane + 2, laneSums);

    private static float SumOfFour<TFloat>(int lane, TFloat laneSums)
        where TFloat : struct, IReadOnlyView<float> =>
        (laneSums[lane] + laneSums[lane + 8]) + (laneSums[lane + 4] + laneSums[lane + 12]);
}
