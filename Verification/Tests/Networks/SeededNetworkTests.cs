using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;

namespace TileProof.Tests.Networks;

/// <summary>The seeded weights and images: the same everywhere, and alive.</summary>
public sealed class SeededNetworkTests
{
    [Fact]
    public void Build_ResNet18DefaultSeed_ParametersAreTheRecordedOnes() =>
        Assert.Equal("AA041E084756E106", TestModels.Fingerprint(TestModels.ParametersOf(TestModels.Default("resnet18", 64).Float)));

    [Fact]
    public void Build_OtherSeed_OtherParameters() => Assert.NotEqual(
        TestModels.Fingerprint(TestModels.ParametersOf(TestModels.BuildFloat("resnet18", seed: 1))),
        TestModels.Fingerprint(TestModels.ParametersOf(TestModels.BuildFloat("resnet18", seed: 2))));

    [Fact]
    public void Images_DefaultSeed_AreTheRecordedOnes() => Assert.Equal(
        "CC6653EACDFB97EF", TestModels.Fingerprint([new SeededImages().CreateBatch(0, 4, 64, 64).Float32.ToArray()]));

    [Fact]
    public void Images_Batch_HoldsTheSingleImages()
    {
        var images = new SeededImages(seed: 5);
        Tensor batch = images.CreateBatch(2, 3, 20, 30);
        Assert.Equal(images.Create(4, 20, 30).Float32, batch.Float32[(2 * batch.Shape.ImageElementCount)..]);
        Assert.NotEqual(images.Create(3, 20, 30).Float32.ToArray(), images.Create(4, 20, 30).Float32.ToArray());
    }

    [Fact]
    public void Images_ThirtyTwo_AreNormalizedAndVaried()
    {
        float[] elements = new SeededImages().CreateBatch(0, 32, 64, 64).Float32.ToArray();
        double mean = elements.Average();
        double deviation = Math.Sqrt(elements.Average(x => (x - mean) * (x - mean)));
        Assert.InRange(mean, -0.3, 0.3);
        Assert.InRange(deviation, 0.8, 1.2);
    }

    [Theory]
    [InlineData("resnet18", 20)]
    [InlineData("resnet50", 12)]
    public void Float_ThirtyTwoImages_LogitsDependOnTheImageAndActivationsStayNormalized(string name, int distinctAtLeast)
    {
        FloatNetwork network = TestModels.Default(name, 64).Float;
        string[] sums = [.. network.Nodes.OfType<FloatAdd>().Select(node => node.Name)];
        using var golden = new FloatGolden(network, [.. sums, network.OutputName]);
        var images = new SeededImages();
        var best = new HashSet<int>();
        for (int i = 0; i < 32; i++)
        {
            IReadOnlyDictionary<string, Tensor> values = golden.Run(images.Create(i, 64, 64));
            best.Add(TopClasses.Of(values[network.OutputName], image: 0, count: 1)[0]);
            Assert.All(sums, sum => Assert.InRange(RootMeanSquare(values[sum].Float32), 0.1, 10));
        }

        Assert.InRange(best.Count, distinctAtLeast, 32);
    }

    [Fact]
    public void FoldBatchNorm_OneByOneConvolution_EqualsTheDefinition()
    {
        var builder = new FloatNetworkBuilder("folded", TensorShape.FromNchw(1, 1, 1, 1));
        var batchNorm = new BatchNorm { Gamma = [3], Beta = [5], Mean = [2], Variance = [16], Epsilon = 0 };
        builder.Conv2d("conv", FloatNetworkBuilder.InputName, Conv2dShape.Create(1, 1, 1, 1, 1, 1, 1, 0), [4], [1], batchNorm);
        var folded = (FloatConv2d)builder.Build().FoldBatchNorm().Nodes[0];

        // (4 x + 1 - 2) / 4 * 3 + 5
        Assert.Null(folded.BatchNorm);
        Assert.Equal([3f], folded.Weights);
        Assert.Equal([4.25f], folded.Bias);
    }

    [Fact]
    public void TopClasses_EqualLogits_CountInClassOrder()
    {
        Tensor logits = Tensor.FromFloat32(TensorShape.FromMatrix(2, 4), [9, 9, 9, 9, 1, 3, 2, 3]);
        Assert.Equal([1, 3, 2], TopClasses.Of(logits, image: 1, count: 3));
    }

    private static double RootMeanSquare(ReadOnlySpan<float> elements)
    {
        double sum = 0;
        foreach (float element in elements)
        {
            sum += (double)element * element;
        }

        return Math.Sqrt(sum / elements.Length);
    }
}
