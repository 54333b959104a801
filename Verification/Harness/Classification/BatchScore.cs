using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Verification.Classification;

/// <summary>What one batch of images adds to the score of a classifier.</summary>
/// <param name="IsRight">By image: whether its best class is its own.</param>
/// <param name="Top5">Images whose class is among the best five.</param>
/// <param name="AsFloat">Images with the float network's best class.</param>
/// <param name="SignalEnergy">The sum of the squares of the float network's outputs, added in their order in double.</param>
/// <param name="NoiseEnergy">The same of the differences to them.</param>
internal sealed record BatchScore(bool[] IsRight, int Top5, int AsFloat, double SignalEnergy, double NoiseEnergy)
{
    private const int TopCount = 5;

    /// <summary>Judges a batch.</summary>
    /// <param name="labels">The class of every image.</param>
    /// <param name="floatLogits">The float network's outputs, float32 <c>[N, classes, 1, 1]</c>.</param>
    /// <param name="logits">The classifier's outputs, of the same shape.</param>
    public static BatchScore Of(ReadOnlySpan<int> labels, Tensor floatLogits, Tensor logits)
    {
        int count = Math.Min(TopCount, logits.Shape.ImageElementCount);
        var isRight = new bool[labels.Length];
        int top5 = 0;
        int asFloat = 0;
        for (int image = 0; image < labels.Length; image++)
        {
            IReadOnlyList<int> best = TopClasses.Of(logits, image, count);
            isRight[image] = best[0] == labels[image];
            top5 += best.Contains(labels[image]) ? 1 : 0;
            asFloat += best[0] == TopClasses.Of(floatLogits, image, 1)[0] ? 1 : 0;
        }

        double signalEnergy = 0;
        double noiseEnergy = 0;
        for (int i = 0; i < logits.Float32.Length; i++)
        {
            double expected = floatLogits.Float32[i];
            double difference = logits.Float32[i] - expected;
            signalEnergy += expected * expected;
            noiseEnergy += difference * difference;
        }

        return new BatchScore(isRight, top5, asFloat, signalEnergy, noiseEnergy);
    }
}
