using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Verification.Accuracy;

/// <summary>Counts how often two runs of a network name the same classes.</summary>
internal sealed class ClassAgreement
{
    private const int TopCount = 5;

    private int images;
    private int sameBest;
    private int sharedTop;
    private int comparedTop;

    /// <summary>The share of images with the same best class.</summary>
    public double Top1 => (double)sameBest / images;

    /// <summary>The mean share of the five best classes that both runs name.</summary>
    public double Top5 => (double)sharedTop / comparedTop;

    /// <summary>What was counted.</summary>
    public ClassCounts Counts => new(images, sameBest, sharedTop, comparedTop);

    /// <summary>Adds what was counted elsewhere.</summary>
    public void Add(ClassCounts counts)
    {
        images += counts.Images;
        sameBest += counts.SameBest;
        sharedTop += counts.SharedTop;
        comparedTop += counts.ComparedTop;
    }

    /// <summary>Adds every image of a batch.</summary>
    public void Add(Tensor referenceLogits, Tensor logits)
    {
        int count = Math.Min(TopCount, logits.Shape.ImageElementCount);
        for (int image = 0; image < logits.Shape.Batch; image++)
        {
            IReadOnlyList<int> reference = TopClasses.Of(referenceLogits, image, count);
            IReadOnlyList<int> actual = TopClasses.Of(logits, image, count);
            images++;
            sameBest += reference[0] == actual[0] ? 1 : 0;
            sharedTop += reference.Intersect(actual).Count();
            comparedTop += count;
        }
    }
}
