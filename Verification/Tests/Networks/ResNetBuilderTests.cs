using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Quantization;
using TileProof.Operators;

namespace TileProof.Tests.Networks;

public sealed class ResNetBuilderTests
{
    [Theory]
    [InlineData("resnet18", 20, 512, 11_689_512)]
    [InlineData("resnet34", 36, 512, 21_797_672)]
    [InlineData("resnet50", 53, 2048, 25_557_032)]
    [InlineData("resnet101", 104, 2048, 44_549_160)]
    public void Build_EveryNetwork_HasTorchvisionsLayersAndParameterCount(string name, int convolutionCount, int features, long torchvisionParameters)
    {
        FloatNetwork network = TestModels.BuildFloat(name);
        FloatConv2d[] convolutions = [.. network.Nodes.OfType<FloatConv2d>()];

        Assert.Equal(convolutionCount, convolutions.Length);
        Assert.Equal(TensorShape.FromMatrix(1, features), network.ShapeOf("avgpool"));
        Assert.Equal(TensorShape.FromMatrix(1, 1000), network.ShapeOf(network.OutputName));

        // Folding leaves one bias per output channel where torchvision counts the two learned vectors of batch normalization.
        long biases = convolutions.Sum(conv => (long)conv.Bias.Length);
        Assert.Equal(torchvisionParameters, TestModels.ParametersOf(network).Sum(array => (long)array.Length) + biases);
    }

    [Theory]
    [InlineData(63, 65)]
    [InlineData(1, 1)]
    [InlineData(7, 40)]
    public void Build_AnyInputSize_QuantizesAndRuns(int height, int width)
    {
        FloatNetwork network = TestModels.BuildFloat("resnet18", batch: 2, height, width);
        Calibration calibration = Calibrator.Calibrate(network, new CalibrationOptions { ImageCount = 2 });
        Network quantized = NetworkQuantizer.Quantize(network, calibration);

        Assert.Equal(77, quantized.Calls.Count);
        Assert.Equal(TensorShape.FromNchw(2, 3, height, width), quantized.Input.Shape);
        Assert.Equal(TensorShape.FromMatrix(2, 1000), quantized.Output.Shape);
        Assert.All(quantized.Convolutions, call => Assert.Equal(call.Shape.OutputShape(2), call.Output.Shape));
    }

    [Fact]
    public void Build_Bottleneck_StridesOnTheThreeByThree()
    {
        FloatNetwork network = TestModels.BuildFloat("resnet50");
        Dictionary<string, Conv2dShape> shapes = network.Nodes.OfType<FloatConv2d>().ToDictionary(conv => conv.Name, conv => conv.Shape);

        Assert.Equal((1, 2, 1, 2), (
            shapes["layer2.0.conv1"].Stride, shapes["layer2.0.conv2"].Stride, shapes["layer2.0.conv3"].Stride, shapes["layer2.0.downsample"].Stride));
        Assert.Equal(1, shapes["layer1.0.downsample"].Stride);
    }

    [Fact]
    public void Build_BatchOfTwo_EqualsTwoSingleImages()
    {
        FloatNetwork pair = TestModels.BuildFloat("resnet18", batch: 2);
        var images = new SeededImages();
        using var pairGolden = new FloatGolden(pair);
        using var singleGolden = new FloatGolden(pair.WithBatch(1));
        float[] together = pairGolden.Run(images.CreateBatch(3, 2, 32, 32))["fc"].Float32.ToArray();
        float[] second = singleGolden.Run(images.Create(4, 32, 32))["fc"].Float32.ToArray();

        Assert.All(second.Zip(together.Skip(1000)), values => Assert.Equal(values.First, values.Second, 1e-3f));
    }

    [Fact]
    public void Build_FourChannels_IsRefused() => Assert.Throws<ArgumentException>(
        () => ResNetBuilder.Build(ResNetDescription.Find("resnet18"), TensorShape.FromNchw(1, 4, 64, 64)));

    [Fact]
    public void Find_UnknownName_SaysWhichAreKnown()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => ResNetDescription.Find("resnet19"));
        Assert.Contains("resnet18, resnet34, resnet50, resnet101", exception.Message, StringComparison.Ordinal);
    }
}
