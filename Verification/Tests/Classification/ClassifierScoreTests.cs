using TileProof.Operators;
using TileProof.Verification.Classification;

namespace TileProof.Tests.Classification;

public sealed class ClassifierScoreTests
{
    private static readonly TensorShape Two = TensorShape.FromMatrix(2, 7);

    [Fact]
    public void Add_CountsEveryImageOfABatch()
    {
        var score = new ClassifierScore();
        var other = new ClassifierScore();
        Tensor reference = Logits(1, 3);
        score.Add([1, 3], reference, Logits(1, 3));
        score.Add([6, 2], reference, Logits(0, 2));
        other.Add([1, 3], reference, Logits(0, 3));
        other.Add([6, 2], reference, Logits(6, 0));

        Assert.Equal((4, 3, 3, 2), (score.Images, score.Top1, score.Top5, score.AsFloat));
        Assert.Equal((2, 1), score.Against(other));
        Assert.Equal((1, 2), other.Against(score));
    }

    // Classes rank by their distance to the best; the sixth is not among five.
    [Fact]
    public void Top5_TheFifthCountsAndTheSixthDoesNot()
    {
        var score = new ClassifierScore();
        score.Add([4, 5], Logits(0, 0), Logits(0, 0));
        Assert.Equal((0, 1), (score.Top1, score.Top5));
    }

    [Fact]
    public void SignalToNoise_IsOverAllOutputs()
    {
        var score = new ClassifierScore();
        var reference = Tensor.FromFloat32(TensorShape.FromMatrix(1, 3), [3f, 0f, 4f]);
        score.Add([0], reference, reference);
        Assert.Equal(double.PositiveInfinity, score.SignalToNoiseDecibels);
        score.Add([0], reference, Tensor.FromFloat32(TensorShape.FromMatrix(1, 3), [3f, 0f, 4.5f]));
        Assert.Equal(0.25 / 50, score.NoiseShare, 1e-12);
        Assert.Equal(10 * Math.Log10(200), score.SignalToNoiseDecibels, 1e-9);
    }

    private static Tensor Logits(int first, int second)
    {
        var logits = Tensor.Create(Two, ElementType.Float32);
        for (int c = 0; c < 7; c++)
        {
            logits.Float32[c] = -Math.Abs(c - first);
            logits.Float32[7 + c] = -Math.Abs(c - second);
        }

        return logits;
    }
}
