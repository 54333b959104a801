using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Export.Pte;
using TileProof.Golden.Generic;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Networks;
using TileProof.Golden.Onnx;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Tests.Import;

/// <summary>Windows of convolutions as files state them, each held against ONNX Runtime on the file.</summary>
public sealed class OnnxWindowTests
{
    /// <summary>Each side alone, two, all different; strides and dilations that differ by direction; rows and columns of other lengths; strides that leave rows behind the last window.</summary>
    [Theory]
    [InlineData("pads=1,0,0,0")]
    [InlineData("pads=0,2,0,0")]
    [InlineData("pads=0,0,1,1 strides=2,2")]
    [InlineData("pads=0,0,0,3 strides=3,3")]
    [InlineData("pads=2,0,1,3 strides=2,2 kernel_shape=3,2")]
    [InlineData("pads=1,0,1,0")]
    [InlineData("auto_pad=SAME_UPPER strides=2,2")]
    [InlineData("auto_pad=SAME_LOWER strides=3,3")]
    [InlineData("auto_pad=SAME_UPPER")]
    [InlineData("strides=2,1")]
    [InlineData("strides=1,3 pads=0,1,1,0 dilations=2,2")]
    [InlineData("dilations=1,2 strides=4,1 pads=3,0,0,2")]
    [InlineData("dilations=3,1")]
    public void Conv_SidesAndDirectionsThatDiffer_AsTheFile(string attributes)
    {
        for (int batch = 1; batch <= 2; batch++)
        {
            OnnxAttributeValue[] stated = OnnxFloatAttributeTests.Attributes(attributes);
            OriginalFile.AssertAgrees(ModelParts.Float(17, [batch, 3, 11, 8], graph => graph.AddNode("Conv", ["x", ModelParts.Weights(graph, "w", 4, 3, 3, 2)], stated)));
            OriginalFile.AssertAgrees(ModelParts.Quantized(17, [batch, 3, 11, 8], (graph, x) => QuantizedPart.Quantize(
                graph, graph.AddNode("Conv", [x.Real(graph), Weights(graph, 0.004f, 0, 4, 3, 3, 2)], stated), 0.03f, 5)));
            OriginalFile.AssertAgrees(ModelParts.Quantized(17, [batch, 3, 11, 8], (graph, x) =>
            {
                QuantizedPart y = QuantizedPart.Parameters(graph, 0.03f, 100, isSigned: false);
                string w = graph.AddInitializer<byte>("w", [.. ModelParts.Levels(4, 3, 3, 2).Select(static level => (byte)((level / 2) + 119))], 4, 3, 3, 2);
                return y with { Name = graph.AddNode("QLinearConv", [x.Name, x.Scale, x.ZeroPoint, w, graph.AddScalar(0.004f), graph.AddScalar((byte)119), y.Scale, y.ZeroPoint], stated) };
            }, isSigned: false));
        }
    }

    /// <summary>Padding behind the last window is the same as that before the first where no window reads the difference, so that a kernel of the library takes the layer.</summary>
    [Theory]
    [InlineData("pads=1,1,0,0 strides=2,2", 12, 8, true)]
    [InlineData("pads=1,1,1,0 strides=2,2", 12, 8, true)]
    [InlineData("pads=1,1,0,0 strides=2,2", 11, 8, false)]
    [InlineData("pads=0,0,1,1 strides=2,2", 12, 8, false)]
    [InlineData("pads=1,1,0,0", 12, 8, false)]
    public void Conv_PadsThatNoWindowReads_AreThoseOfTheOtherSide(string attributes, int height, int width, bool isPublished)
    {
        byte[] model = ModelParts.Float(17, [1, 3, height, width], graph => graph.AddNode("Conv", ["x", ModelParts.Weights(graph, "w", 4, 3, 3, 3)], OnnxFloatAttributeTests.Attributes(attributes)));
        Conv2dShape shape = Assert.IsType<FloatConv2d>(OnnxModel.Read("m.onnx", model, folder: null).FloatNetwork!.Nodes[0]).Shape;
        Assert.Equal(isPublished, ConvolutionKernel.IsPublished(shape));
        OriginalFile.AssertAgrees(model);
    }

    /// <summary>Averages of windows, of real numbers and of levels, also with the padding counted.</summary>
    [Theory]
    [InlineData("kernel_shape=2,2 strides=2,2")]
    [InlineData("kernel_shape=3,2")]
    [InlineData("kernel_shape=3,4 strides=1,3 pads=1,1,0,2 count_include_pad=1")]
    [InlineData("kernel_shape=2,2 strides=2,2 auto_pad=SAME_UPPER count_include_pad=1")]
    [InlineData("kernel_shape=2,3 strides=3,1 pads=0,0,1,0")]
    public void AveragePool_Windows_AsTheFile(string attributes)
    {
        OnnxAttributeValue[] stated = OnnxFloatAttributeTests.Attributes(attributes);
        OriginalFile.AssertAgrees(ModelParts.Float(17, [2, 5, 11, 8], graph => graph.AddNode("AveragePool", ["x"], stated)));
        byte[] model = ModelParts.Quantized(17, [2, 5, 11, 8], (graph, x) => QuantizedPart.Quantize(graph, graph.AddNode("AveragePool", [x.Real(graph)], stated), 0.013f, -7));
        Conv2dCall call = Assert.Single(OriginalFile.AssertAgrees(model).Network!.Convolutions);
        Assert.True(call.Shape.IsDepthwise);
        Assert.Equal(1f / (call.Shape.KernelHeight * call.Shape.KernelWidth), Assert.Single(call.WeightScales));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void QLinearAveragePool_Windows_AsTheFile(bool isSigned) => OriginalFile.AssertAgrees(ModelParts.Quantized(
        12,
        [2, 5, 11, 8],
        (graph, x) =>
        {
            QuantizedPart mean = QuantizedPart.Parameters(graph, 0.013f, isSigned ? 5 : 133, isSigned);
            return mean with
            {
                Name = graph.AddNode(
                    "QLinearAveragePool",
                    [x.Name, x.Scale, x.ZeroPoint, mean.Scale, mean.ZeroPoint],
                    OnnxAttributeValue.Ints("kernel_shape", 3, 2),
                    OnnxAttributeValue.Ints("strides", 2, 1)),
            };
        },
        isSigned));

    /// <summary>With fewer elements at a border than inside, the mean is no convolution, but one of its own: each side alone, all unlike, and what rounding up or SAME adds.</summary>
    [Theory]
    [InlineData("kernel_shape=3,3 pads=1,1,1,1")]
    [InlineData("kernel_shape=3,2 pads=0,1,0,0 strides=2,1")]
    [InlineData("kernel_shape=4,3 pads=2,0,3,1 strides=1,3")]
    [InlineData("kernel_shape=3,3 ceil_mode=1 strides=3,2")]
    [InlineData("kernel_shape=2,3 auto_pad=SAME_UPPER strides=2,2")]
    [InlineData("kernel_shape=2,3 auto_pad=SAME_LOWER strides=1,3")]
    [InlineData("kernel_shape=11,8 pads=1,2,0,0")]
    public void AveragePool_WindowsBeyondTheImage_AsTheFile(string attributes)
    {
        OnnxAttributeValue[] stated = OnnxFloatAttributeTests.Attributes(attributes);
        ImportedModel real = OriginalFile.AssertAgrees(ModelParts.Float(17, [2, 5, 11, 8], graph => graph.AddNode("AveragePool", ["x"], stated)));
        Assert.IsType<FloatAveragePool2d>(Assert.Single(real.FloatNetwork!.Nodes));
        foreach (bool isSigned in new[] { true, false })
        {
            Network network = OriginalFile.AssertAgrees(ModelParts.Quantized(
                17, [2, 5, 11, 8], (graph, x) => QuantizedPart.Quantize(graph, graph.AddNode("AveragePool", [x.Real(graph)], stated), 0.017f, isSigned ? 5 : 117, isSigned), isSigned)).Network!;
            Assert.Single(network.Calls.OfType<AveragePool2dCall>());
            Assert.Single(OnnxModel.Read("m.onnx", OnnxModelWriter.Write(network), folder: null).Network!.Calls.OfType<AveragePool2dCall>());
        }
    }

    [Theory]
    [InlineData("kernel_shape=3,3 ceil_mode=1 count_include_pad=1 strides=3,2 pads=0,0,1,0")]
    [InlineData("kernel_shape=3,3 dilations=2,2")]
    [InlineData("kernel_shape=12,3")]
    public void AveragePool_FormsWithoutCounterpart_Refused(string attributes) => Assert.Throws<ModelFormatException>(() => OnnxModel.Read(
        "m.onnx", ModelParts.Float(17, [1, 5, 11, 8], graph => graph.AddNode("AveragePool", ["x"], OnnxFloatAttributeTests.Attributes(attributes))), folder: null));

    /// <summary>ReLU6 in a float model is a part of its convolution, and the same after a round trip.</summary>
    [Fact]
    public void Clip_BehindAFloatConv_IsPartOfIt()
    {
        byte[] model = ModelParts.Float(17, [2, 3, 11, 8], static graph => graph.AddNode(
            "Clip", [graph.AddNode("Conv", ["x", ModelParts.Weights(graph, "w", 4, 3, 3, 2)]), graph.AddScalar(0f), graph.AddScalar(0.7f)]));
        FloatNetwork network = OriginalFile.AssertAgrees(model).FloatNetwork!;
        FloatConv2d conv = Assert.IsType<FloatConv2d>(Assert.Single(network.Nodes));
        Assert.Equal(new ClipRange(0, 0.7f), conv.Clip);
        Assert.Equal(conv.Clip, Assert.IsType<FloatConv2d>(Assert.Single(OnnxModel.Read("m.onnx", OnnxModelWriter.Write(network), folder: null).FloatNetwork!.Nodes)).Clip);
        Assert.Throws<ModelFormatException>(() => OnnxModel.Read("m.onnx", ModelParts.Float(17, [2, 3, 11, 8], static graph => graph.AddNode("Clip", ["x", graph.AddScalar(0f), graph.AddScalar(6f)])), folder: null));
    }

    /// <summary>Limits of levels: the same in the QDQ form that is written, held by every engine, and refused by a .pte, whose operator has none.</summary>
    [Fact]
    public void ClampedConvolution_WrittenAndComputed_KeepsItsLimits()
    {
        byte[] model = ModelParts.Quantized(17, [2, 3, 11, 8], static (graph, x) => QuantizedPart.Quantize(
            graph,
            graph.AddNode("Clip", [graph.AddNode("Conv", [x.Real(graph), Weights(graph, 0.004f, 0, 4, 3, 3, 2)]), graph.AddScalar(-0.1f), graph.AddScalar(0.4f)]),
            0.01f,
            5));
        Network network = OnnxModel.Read("m.onnx", model, folder: null).Network!;
        Conv2dCall call = Assert.Single(network.Convolutions);
        Assert.Equal((-5, 45), (call.ClampMinimum, call.ClampMaximum));
        Conv2dCall again = Assert.Single(OnnxModel.Read("m.onnx", OnnxModelWriter.Write(network), folder: null).Network!.Convolutions);
        Assert.Equal((-5, 45), (again.ClampMinimum, again.ClampMaximum));
        Assert.Contains("limits its levels", Assert.Throws<NotSupportedException>(() => PteModelWriter.Write(network)).Message, StringComparison.Ordinal);

        Tensor[] inputs = TileProof.Tests.Execution.Calls.Inputs(call, 3);
        using var dataParallel = new DataParallelEngine(DeviceCatalog.Open(DeviceChoice.Host));
        foreach (ParameterDerivation derivation in Enum.GetValues<ParameterDerivation>())
        {
            Assert.All(
                (Tensor[])[
                    new ScalarOracle().Run(call, inputs, derivation), new GenericEngine().Run(call, inputs, derivation), dataParallel.Conv2dGeneric(call, inputs[0]),
                    new DspEngine(DspConfiguration.FromBankBytes(8192, 4096)).Run(call, inputs, derivation),
                ],
                static output => Assert.Equal((-5, 45), (output.Int8.ToArray().Min(), output.Int8.ToArray().Max())));
        }
    }

    private static string Weights(OnnxGraphBuilder graph, float scale, sbyte zeroPoint, params long[] dimensions) =>
        QuantizedPart.Weights(graph, ModelParts.Levels(dimensions), [scale], [zeroPoint], dimensions);
}
