using TileProof.Kernels.Views;

namespace TileProof.Kernels.Bodies;

/// <summary>float32 sum: one work item per element (operator contract, section 8).</summary>
public static class AddKernel
{
    /// <summary>The sum of the elements at <paramref name="index"/>, rounded once.</summary>
    public static float Compute<TFloat>(int index, TFloat left, TFloat right)
        where TFloat : struct, IReadOnlyView<float> =>
        left[index] + right[index];
}
