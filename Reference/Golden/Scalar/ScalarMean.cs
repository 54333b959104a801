using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Scalar;

/// <summary>float32 mean over rows and columns, as the DSP computes it.</summary>
/// <remarks>
/// Source: operator contract, section 3a. A 2x2 plane is summed as a tree and multiplied by 0.25; any other plane takes the
/// portable path, which adds in memory order and divides by the count.
/// </remarks>
internal static class ScalarMean
{
    public static Tensor Compute(MeanCall call, Tensor input)
    {
        Tensor output = Tensor.Create(call.Output.Shape, ElementType.Float32);
        Span<float> means = output.Float32;
        bool isTwoByTwo = input.Shape is { Height: 2, Width: 2 };
        int planeElementCount = input.Shape.PlaneElementCount;
        for (int plane = 0; plane < means.Length; plane++)
        {
            ReadOnlySpan<float> elements = input.Float32.Slice(plane * planeElementCount, planeElementCount);
            means[plane] = isTwoByTwo ? TreeMean(elements) : SequentialMean(elements);
        }

        return output;
    }

    private static float TreeMean(ReadOnlySpan<float> x)
    {
        float firstRow = x[0] + x[1];
        float secondRow = x[2] + x[3];
        return (firstRow + secondRow) * 0.25f;
    }

    private static float SequentialMean(ReadOnlySpan<float> elements)
    {
        float sum = elements[0];
        foreach (float element in elements[1..])
        {
            sum += element;
        }

        return sum / elements.Length;
    }
}
