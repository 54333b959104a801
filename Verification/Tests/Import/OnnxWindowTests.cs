using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Networks;
using TileProof.Golden.Onnx;
using TileProof.HwModel.Planning;
using TileProof.Operators;

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

    private static string Weights(OnnxGraphBuilder graph, float scale, sbyte zeroPoint, params long[] dimensions) =>
        QuantizedPart.Weights(graph, ModelParts.Levels(dimensions), [scale], [zeroPoint], dimensions);
}
