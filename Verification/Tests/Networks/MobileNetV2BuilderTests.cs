using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Networks;

/// <summary>MobileNetV2 against its published table: convolutions, parameters, extents, and statistics like a trained network's.</summary>
public sealed class MobileNetV2BuilderTests
{
    // torchvision's mobilenet_v2 has 3,504,872 parameters, 34,112 of which are batch normalizations: a weight and a bias a channel stay after folding one of two.
    [Fact]
    public void Build_224_IsThePublishedTopology()
    {
        FloatNetwork network = BuiltInNetworks.Build("MobileNetV2", SeededImages.Shape(1, 224, 224));
        FloatConv2d[] convolutions = [.. network.Nodes.OfType<FloatConv2d>()];
        Assert.Equal((52, 17, 10), (convolutions.Length, convolutions.Count(static conv => conv.Shape.IsDepthwise), network.Nodes.OfType<FloatAdd>().Count()));
        Assert.Equal(35, convolutions.Count(static conv => conv.Clip == new ClipRange(0, 6)));
        long weights = convolutions.Sum(static conv => (long)conv.Weights.Length) + (1280 * 1000);
        Assert.Equal(3_504_872 - 34_112 - 1000, weights);
        Assert.Equal(300_774_272, convolutions.Sum(static conv => conv.Shape.MultiplyAccumulates) + (1280 * 1000));
        Assert.Equal(["112_112", "56_56", "28_28", "14_14", "7_7"], convolutions.Select(static conv => $"{conv.Shape.OutHeight}_{conv.Shape.OutWidth}").Distinct());
        Assert.Equal(TensorShape.FromMatrix(1, 1000), network.Nodes[^1].OutputShape);
        Assert.Equal(
            ["features.3.conv.0.0", "features.3.conv.1.0", "features.3.conv.2", "features.3.add"],
            network.Nodes.Where(static node => node.Name.StartsWith("features.3.", StringComparison.Ordinal)).Select(static node => node.Name));
    }

    [Fact]
    public void Build_OtherChannels_IsRefused() => Assert.Contains(
        "reads 3 channels, not 4", Assert.Throws<ArgumentException>(() => BuiltInNetworks.Build("mobilenetv2", TensorShape.FromNchw(1, 4, 64, 64))).Message, StringComparison.Ordinal);

    /// <summary>Depthwise layers have kernels of this project, everything else those of the library; shifts are those of trained networks, and outputs use their range.</summary>
    [Fact]
    public void Quantized_64_BehavesLikeATrainedNetwork()
    {
        Network network = QuantizedModel.Create("mobilenetv2", SeededImages.Shape(1, 64, 64)).Quantized;
        Assert.All(network.Convolutions, static call => Assert.Equal(
            call.Shape.IsDepthwise ? ConvolutionFamily.Depthwise : ConvolutionFamily.Published, ConvolutionKernel.FamilyOf(call.Shape)));
        Assert.All(network.Convolutions, static call => Assert.InRange(call.Requantize(ParameterDerivation.L1Norm).AccumulatorShift, 0, 8));
        DspConfiguration machine = DspConfiguration.FromBankBytes(16384, 16384);
        Assert.All(network.Convolutions, call => Assert.Equal(ExecutionMode.Dma, ConvolutionPlans.Published.PlanOf(call.Shape, machine).Mode));
    }

    /// <summary>The ranges that ship are those of this build; float sums may differ in the last digit from one processor to another.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(224)]
    public void StoredCalibration_OfEveryValue_IsThere(int size)
    {
        var key = new CalibrationKey("mobilenetv2", ResNetBuilder.DefaultSeed, size, size, new CalibrationOptions());
        Calibration stored = Assert.IsType<Calibration>(CalibrationStore.Find(key));
        FloatNetwork network = BuiltInNetworks.Build("mobilenetv2", SeededImages.Shape(1, size, size));
        Assert.Equal(network.ValueNames.Order(StringComparer.Ordinal), stored.Ranges.Keys.Order(StringComparer.Ordinal));
        Assert.All(network.Nodes.OfType<FloatConv2d>().Where(static conv => conv.Clip is not null), conv => Assert.InRange(stored.RangeOf(conv.Name).Maximum, 0.1f, 6f));
        Assert.All(network.Nodes.OfType<FloatConv2d>().Where(static conv => conv.Clip is not null), conv => Assert.Equal(0f, stored.RangeOf(conv.Name).Minimum));
    }
}
