namespace TileProof.HwModel.VectorCore;

/// <summary>float32 mean of planes (operator contract, section 3a).</summary>
internal static class MeanArithmetic
{
    /// <summary>Elements of the only plane that the vector kernel takes, 2x2.</summary>
    public const int TreePlaneElements = 4;

    /// <summary>2x2 planes: both rows summed, the sums added, times a quarter.</summary>
    public static void Tree(ReadOnlySpan<float> planes, Span<float> means)
    {
        for (int plane = 0; plane < means.Length; plane++)
        {
            ReadOnlySpan<float> x = planes.Slice(plane * TreePlaneElements, TreePlaneElements);
            means[plane] = ((x[0] + x[1]) + (x[2] + x[3])) * 0.25f;
        }
    }

    /// <summary>Planes of any size: summed in memory order from the first element, divided by the count.</summary>
    public static void Sequential(ReadOnlySpan<float> planes, int planeElements, Span<float> means)
    {
        for (int plane = 0; plane < means.Length; plane++)
        {
            ReadOnlySpan<float> x = planes.Slice(plane * planeElements, planeElements);
            float sum = x[0];
            for (int i = 1; i < x.Length; i++)
            {
                sum += x[i];
            }

            means[plane] = sum / planeElements;
        }
    }
}
