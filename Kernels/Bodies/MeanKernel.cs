using TileProof.Kernels.Arithmetic;
using TileProof.Kernels.Views;

namespace TileProof.Kernels.Bodies;

/// <summary>float32 mean over one plane: one work item per plane (operator contract, section 3a).</summary>
/// <remarks>
/// A 2x2 plane: the sums of the two rows are added, and the sum is multiplied by 0.25. Any other plane: the elements are added in
/// memory order, starting at the first, and the sum is divided by their number.
/// </remarks>
public static class MeanKernel
{
    /// <summary>Computes the mean of one plane.</summary>
    /// <param name="plane">n * C + c.</param>
    /// <param name="input"><c>[N, C, H, W]</c>.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    public static float Compute<TFloat>(int plane, TFloat input, int height, int width)
        where TFloat : struct, IReadOnlyView<float>
    {
        int count = height * width;
        int first = plane * count;
        if (height == 2 && width == 2)
        {
            return ((input[first] + input[first + 1]) + (input[first + 2] + input[first + 3])) * 0.25f;
        }

        float sum = input[first];
        for (int offset = 1; offset < count; offset++)
        {
            sum += input[first + offset];
        }

        return FloatArithmetic.Divide(sum, count);
    }
}
