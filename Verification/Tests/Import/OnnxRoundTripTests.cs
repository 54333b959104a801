using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Quantization;
using TileProof.Operators;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Networks written as ONNX and imported again, and written models in ONNX Runtime.</summary>
public sealed class OnnxRoundTripTests
{
    private const int Seed = 7;

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Read_WrittenQdqModel_SameNetworkWithItsNames(int batch, bool perChannel)
    {
        Network network = SampleNetwork.Create(batch, perChannel);
        Network read = OnnxModel.Read("sample.onnx", OnnxModelWriter.Write(network), folder: null).Network!;
        Assert.Equal(NetworkText.Of(network), NetworkText.Of(read));
    }

    [Fact]
    public void Read_WrittenQdqModel_EveryCallGivesTheSameBytes()
    {
        Network network = SampleNetwork.Create();
        Network read = OnnxModel.Read("sample.onnx", OnnxModelWriter.Write(network), folder: null).Network!;
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        Assert.Equal(NetworkRun.Hashes(network, image), NetworkRun.Hashes(read, image));
    }

    [Fact]
    public void Write_QdqModel_OnnxRuntimeStaysWithinTwoHundredthsOfTheOracle()
    {
        Network network = SampleNetwork.Create();
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        using var session = new OnnxRuntimeSession(OnnxModelWriter.Write(network));
        TensorShape shape = image.Shape;
        OnnxTensor output = session.Run(
            [network.Output.Name], OnnxTensor.Create<float>(network.Input.Name, image.Float32, shape.Batch, shape.Channels, shape.Height, shape.Width))[0];
        float[] expected = NetworkRun.Output(network, image).Float32.ToArray();
        Assert.All(expected.Zip(output.Elements<float>().ToArray()), static pair => Assert.InRange(pair.First - pair.Second, -0.02f, 0.02f));
    }

    [Fact]
    public void Read_WrittenResNet18_FloatAndQdqAreTheSameNetwork() => AssertSameNetwork("resnet18", 32);

    [SkippableTheory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    public void Read_WrittenResNetOfPublishedSize_FloatAndQdqAreTheSameNetwork(string name)
    {
        SlowTests.SkipUnlessAsked();
        AssertSameNetwork(name, 64);
    }

    private static void AssertSameNetwork(string name, int size)
    {
        FloatNetwork network = ResNet(name, size);
        FloatNetwork read = OnnxModel.Read($"{name}.onnx", OnnxModelWriter.Write(network), folder: null).FloatNetwork!;
        Calibration calibration = Calibrator.Calibrate(network, new CalibrationOptions { ImageCount = 1 });
        Network quantized = NetworkQuantizer.Quantize(network, calibration);
        Assert.Equal(NetworkText.Of(quantized), NetworkText.Of(NetworkQuantizer.Quantize(read, calibration)));
        Network fromQdq = OnnxModel.Read($"{name}.onnx", OnnxModelWriter.Write(quantized), folder: null).Network!;
        Assert.Equal(NetworkText.Of(quantized), NetworkText.Of(fromQdq));
    }

    private static FloatNetwork ResNet(string name, int size) => ResNetBuilder.Build(ResNetDescription.Find(name), TensorShape.FromNchw(1, 3, size, size), Seed);
}
