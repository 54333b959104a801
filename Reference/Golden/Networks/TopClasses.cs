using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>The classes with the largest logits.</summary>
public static class TopClasses
{
    /// <summary>The <paramref name="count"/> largest of one image, best first; equal logits count in class order.</summary>
    /// <param name="logits">float32 <c>[N, classes, 1, 1]</c>.</param>
    /// <param name="image">Which of the N images.</param>
    /// <param name="count">How many classes, at most all of them.</param>
    public static IReadOnlyList<int> Of(Tensor logits, int image, int count)
    {
        ArgumentNullException.ThrowIfNull(logits);
        int classCount = logits.Shape.ImageElementCount;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, classCount);
        float[] values = logits.Float32.Slice(image * classCount, classCount).ToArray();
        return [.. Enumerable.Range(0, classCount).OrderByDescending(index => values[index]).Take(count)];
    }
}
