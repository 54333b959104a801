using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>float32 softmax over rows <c>[N, C, 1, 1]</c>, as the DSP computes it.</summary>
/// <remarks>
/// Source: operator contract, section 9a. The exponential is fixed point, so every step is exact integer arithmetic or one
/// IEEE operation and the bytes are the same on every machine. Two things are not published and are modelled: the 16 lane sums
/// are added as a binary tree (lanes 8 apart, then 4, 2, 1), and the reciprocal is correctly rounded. A NaN anywhere in a row
/// makes the whole row NaN.
/// </remarks>
internal static class ScalarSoftmax
{
    private const int LaneCount = 16;

    public static Tensor Compute(SoftmaxCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        int rowElementCount = input.Shape.ImageElementCount;
        for (int row = 0; row < input.Shape.Batch; row++)
        {
            ComputeRow(
                input.Float32.Slice(row * rowElementCount, rowElementCount),
                output.Float32.Slice(row * rowElementCount, rowElementCount));
        }

        return output;
    }

    private static void ComputeRow(ReadOnlySpan<float> x, Span<float> y)
    {
        float maximum = x[0];
        foreach (float element in x)
        {
            maximum = float.MaxNumber(maximum, element);
        }

        Span<float> laneSums = stackalloc float[LaneCount];
        laneSums.Clear();
        bool sawNaN = false;
        for (int i = 0; i < x.Length; i++)
        {
            float distance = x[i] - maximum;
            sawNaN |= float.IsNaN(distance);
            y[i] = FixedPointExponential.OfNonPositive(distance);
            laneSums[i % LaneCount] += y[i];
        }

        float total = sawNaN ? float.NaN : TreeSum(laneSums);
        float norm = 1.0f / total;
        for (int i = 0; i < y.Length; i++)
        {
            y[i] *= norm;
        }
    }

    private static float TreeSum(Span<float> lanes)
    {
        for (int distance = LaneCount / 2; distance > 0; distance /= 2)
        {
            for (int lane = 0; lane < distance; lane++)
            {
                lanes[lane] += lanes[lane + distance];
            }
        }

        return lanes[0];
    }
}
