using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Trained;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.InputData;

namespace TileProof.Tests.Trained;

/// <summary>The trained network: its convolutions against the file of the package itself, its classifier against the recipe.</summary>
public sealed class TrainedResNet18Tests
{
    private const int ImageExtent = 64;

    private static readonly string Images = Path.Combine(RepositoryPaths.RepositoryRoot, "Fixtures", "fashion-mnist");

    [SkippableFact]
    public void Features_At224_AreThoseOfThePackagedFile()
    {
        RequirePackage();
        TensorShape shape = SeededImages.Shape(1, 224, 224);
        Tensor image = new SeededImages().Create(5, 224, 224);
        Tensor levels = Tensor.Create(shape, ElementType.Float32);
        for (int c = 0; c < 3; c++)
        {
            // Blue, green, red, as levels less ImageNet's mean.
            for (int i = 0; i < shape.PlaneElementCount; i++)
            {
                levels.Float32[((2 - c) * shape.PlaneElementCount) + i] = image.Float32[(c * shape.PlaneElementCount) + i] * SeededImages.ChannelDeviation[c] * 255f;
            }
        }

        FloatNetwork packaged = PackagedResNet18.Read();
        using var file = new FloatGolden(packaged);
        using var built = new FloatGolden(TrainedResNet18.Build(shape), [TrainedResNet18.FeatureName]);
        float[] expected = file.Run(levels)[packaged.OutputName].Float32.ToArray();
        float[] actual = built.Run(image)[TrainedResNet18.FeatureName].Float32.ToArray();
        Assert.Equal(512, expected.Length);
        Assert.All(expected.Zip(actual), static pair => Assert.Equal(pair.First, pair.Second, 2e-3f));
        Assert.Contains(expected, static feature => feature > 1);
    }

    [SkippableFact]
    public void Head_FittedAgain_IsThatOfThisBuild()
    {
        SlowTests.SkipUnlessAsked();
        RequirePackage();
        (IReadOnlyList<float[]> features, IReadOnlyList<int> labels) = FeaturesOf("train");
        LinearHead fitted = RidgeRegression.Fit(features, labels, TrainedResNet18.Classes.Count, TrainedResNet18.Penalty);
        LinearHead stored = TrainedResNet18.Head;
        Assert.Equal((4000, 512, 512), (features.Count, fitted.FeatureCount, stored.FeatureCount));
        Assert.All(fitted.Weights.Zip(stored.Weights), static pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(fitted.Bias.Zip(stored.Bias), static pair => Assert.Equal(pair.First, pair.Second, 1e-3f));

        (features, labels) = FeaturesOf("test");
        int right = features.Zip(labels).Count(pair => Best(stored, pair.First) == pair.Second);
        Assert.InRange(right, 838, 854);
    }

    [Fact]
    public void Head_AsText_ComesBack()
    {
        var head = new LinearHead(2, [1.5f, -2.25f, 3e-7f, 4f, 5f, -6f], [0.5f, -1f, 7f]);
        LinearHead back = LinearHead.FromCsv(head.ToCsv());
        Assert.Equal(2, back.FeatureCount);
        Assert.Equal(head.Weights, back.Weights);
        Assert.Equal(head.Bias, back.Bias);
        Assert.Throws<FormatException>(static () => LinearHead.FromCsv("1,2\n3\n"));
        Assert.Equal((512, 5120, 10), (TrainedResNet18.Head.FeatureCount, TrainedResNet18.Head.Weights.Length, TrainedResNet18.Head.Bias.Length));
    }

    private static int Best(LinearHead head, float[] features) => Enumerable.Range(0, head.Bias.Length)
        .MaxBy(label => head.Bias[label] + Enumerable.Range(0, features.Length).Sum(k => (double)head.Weights[(label * features.Length) + k] * features[k]));

    private static (IReadOnlyList<float[]> Features, IReadOnlyList<int> Labels) FeaturesOf(string part)
    {
        FloatNetwork network = TrainedResNet18.Build(SeededImages.Shape(1, ImageExtent, ImageExtent));
        using var golden = new FloatGolden(network, [TrainedResNet18.FeatureName]);
        using var images = InputImages.Open(
            new InputDataOptions
            {
                Path = Path.Combine(Images, $"{part}-images-idx3-ubyte.gz"),
                Labels = Path.Combine(Images, $"{part}-labels-idx1-ubyte.gz"),
                Mean = SeededImages.ChannelMean,
                Deviation = SeededImages.ChannelDeviation,
                Resize = ResizeRule.Stretch,
            },
            network.InputShape);
        return (
            [.. Enumerable.Range(0, images.Count).Select(i => golden.Run(images.Read(i, 1))[TrainedResNet18.FeatureName].Float32.ToArray())],
            [.. Enumerable.Range(0, images.Count).Select(images.LabelOf)]);
    }

    private static void RequirePackage() => Skip.IfNot(PackagedResNet18.IsRestored, $"the package {PackagedResNet18.PackageName} is not restored");
}
