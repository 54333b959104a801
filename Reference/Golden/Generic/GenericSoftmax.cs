using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Generic;

/// <summary>The vendor's portable softmax over rows <c>[N, C, 1, 1]</c>: maximum, exponentials, sum and division in sequence.</summary>
/// <remarks>
/// Source: operator contract, section 9e. The exponential is the machine's math library (<see cref="MathF.Exp"/>), so the
/// last bits differ between machines: compare with a tolerance and keep the result out of snapshots.
/// </remarks>
internal static class GenericSoftmax
{
    public static Tensor Compute(SoftmaxCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        int rowElementCount = input.Shape.ImageElementCount;
        for (int row = 0; row < input.Shape.Batch; row++)
        {
            ReadOnlySpan<float> x = input.Float32.Slice(row * rowElementCount, rowElementCount);
            Span<float> y = output.Float32.Slice(row * rowElementCount, rowElementCount);
            float maximum = x[0];
            foreach (float element in x)
            {
                maximum = maximum < element ? element : maximum;
            }

            float sum = 0;
            for (int i = 0; i < x.Length; i++)
            {
                y[i] = MathF.Exp(x[i] - maximum);
                sum += y[i];
            }

            for (int i = 0; i < y.Length; i++)
            {
                y[i] /= sum;
            }
        }

        return output;
    }
}
