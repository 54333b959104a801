using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>float32 sum of two tensors of the same shape.</summary>
/// <remarks>Source: operator contract, section 8.</remarks>
internal static class ScalarAdd
{
    public static Tensor Compute(AddCall call, Tensor left, Tensor right)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        ReadOnlySpan<float> a = left.Float32;
        ReadOnlySpan<float> b = right.Float32;
        Span<float> sums = output.Float32;
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = a[i] + b[i];
        }

        return output;
    }
}
