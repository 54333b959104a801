using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Onnx;
using TileProof.Operators;
using TileProof.Operators.Calls;
using static TileProof.Golden.Onnx.OnnxAttributeValue;

namespace TileProof.Tests.Import;

/// <summary>Forms that exporters write and rules take to known ones, each held against ONNX Runtime on the file as it is; what no rule may touch stays refused.</summary>
public sealed class OnnxRewriteTests
{
    /// <summary>Identity, shapes, transposition and arithmetic of constants, one behind the other.</summary>
    [Theory]
    [InlineData("Identity")]
    [InlineData("Reshape")]
    [InlineData("Flatten")]
    [InlineData("Transpose")]
    [InlineData("Add")]
    [InlineData("Sub")]
    [InlineData("Mul")]
    [InlineData("Div")]
    public void Constants_OfEveryOperator_AsTheFile(string operatorType) => OriginalFile.AssertAgrees(ModelParts.Float(17, [2, 3, 9, 7], graph =>
    {
        string weights = ModelParts.Weights(graph, "w", 5, 3, 3, 2);
        string folded = operatorType switch
        {
            "Identity" => graph.AddNode("Identity", [graph.AddNode("Identity", [weights])]),
            "Reshape" => graph.AddNode("Reshape", [ModelParts.Weights(graph, "v", 15, 6), graph.AddInitializer<long>("s", [5, -1, 3, 2], 4)]),
            "Flatten" => graph.AddNode("Reshape", [graph.AddNode("Flatten", [weights], Int("axis", 2)), graph.AddInitializer<long>("s", [5, 3, 3, -1], 4)]),
            "Transpose" => graph.AddNode("Transpose", [ModelParts.Weights(graph, "t", 2, 5, 3, 3)], Ints("perm", 1, 2, 3, 0)),
            _ => graph.AddNode(operatorType, [weights, operatorType is "Mul" or "Div" ? graph.AddScalar(1.7f) : ModelParts.Weights(graph, "other", 5, 3, 3, 2)]),
        };
        return graph.AddNode("Conv", ["x", folded]);
    }));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 2)]
    [InlineData(0, 3)]
    public void Conv_AddAndMulOfChannels_AsTheFile(int constantFirst, int rank)
    {
        for (int operators = 0; operators < 4; operators++)
        {
            int kinds = operators;
            ImportedModel imported = OriginalFile.AssertAgrees(ModelParts.Float(17, [2, 3, 9, 7], graph =>
            {
                string value = graph.AddNode("Conv", kinds % 2 == 0 ? ["x", ModelParts.Weights(graph, "w", 5, 3, 3, 2)] : ["x", ModelParts.Weights(graph, "w", 5, 3, 3, 2), ModelParts.Weights(graph, "bias", 5)]);
                foreach (string operatorType in kinds < 2 ? new[] { "Add", "Mul" } : ["Mul", "Add", "Mul"])
                {
                    string constant = rank == 0 ? graph.AddScalar(0.7f) : ModelParts.Weights(graph, $"c{value}", rank == 3 ? [5, 1, 1] : [1, 5, 1, 1]);
                    value = graph.AddNode(operatorType, constantFirst == 1 ? [constant, value] : [value, constant]);
                }

                return value;
            }));
            Assert.Single(imported.FloatNetwork!.Nodes);
        }
    }

    /// <summary>Padding by a node, around a float image and between quantizations, with and without padding of the Conv.</summary>
    [Theory]
    [InlineData(1, 1, 1, 1, "")]
    [InlineData(2, 1, 2, 1, "pads=1,1,1,1")]
    [InlineData(0, 2, 1, 0, "strides=2,2")]
    public void Pad_OfZeros_IsThePaddingOfTheConv(int top, int left, int bottom, int right, string attributes)
    {
        OnnxAttributeValue[] stated = OnnxFloatAttributeTests.Attributes(attributes);
        foreach (bool between in new[] { false, true })
        {
            OriginalFile.AssertAgrees(ModelParts.Quantized(17, [2, 3, 9, 7], (graph, x) =>
            {
                string padded = graph.AddNode("Pad", [x.Real(graph), graph.AddInitializer<long>("pads", [0, 0, top, left, 0, 0, bottom, right], 8), graph.AddScalar(0f)]);
                padded = between ? (x with { Name = graph.AddNode("QuantizeLinear", [padded, x.Scale, x.ZeroPoint]) }).Real(graph) : padded;
                return QuantizedPart.Quantize(graph, graph.AddNode("Conv", [padded, Weights(graph, 0.004f, 0, 4, 3, 3, 2)], stated), 0.03f, 5);
            }));
        }

        OriginalFile.AssertAgrees(ModelParts.Float(10, [1, 3, 9, 7], graph => graph.AddNode(
            "Conv", [graph.AddNode("Pad", ["x"], Ints("pads", 0, 0, top, left, 0, 0, bottom, right)), ModelParts.Weights(graph, "w", 4, 3, 3, 2)], stated)));
    }

    [Theory]
    [InlineData("constant", 1f, 0)]
    [InlineData("reflect", 0f, 0)]
    [InlineData("constant", 0f, 1)]
    public void Pad_OfAnythingElse_Refused(string mode, float value, int channels) => AssertRefused(ModelParts.Float(17, [1, 3, 9, 7], graph => graph.AddNode(
        "Conv",
        [graph.AddNode("Pad", ["x", graph.AddInitializer<long>("pads", [0, channels, 1, 1, 0, 0, 1, 1], 8), graph.AddScalar(value)], Text("mode", mode)), ModelParts.Weights(graph, "w", 4, 3 + channels, 3, 2)])));

    /// <summary>Weights that the graph quantizes itself, one scale or one a channel, signed and unsigned.</summary>
    [Fact]
    public void Weights_QuantizedInTheGraph_AsTheFile()
    {
        foreach ((bool isSigned, bool isPerChannel) in new[] { (true, false), (true, true), (false, false) })
        {
            OriginalFile.AssertAgrees(ModelParts.Quantized(17, [2, 3, 9, 7], (graph, x) =>
            {
                string scale = isPerChannel ? graph.AddInitializer<float>("s", [0.004f, 0.005f, 0.006f, 0.0071f], 4) : graph.AddScalar(0.0083f);
                string zero = isPerChannel ? graph.AddInitializer<sbyte>("z", [0, 0, 0, 0], 4) : isSigned ? graph.AddScalar((sbyte)0) : graph.AddScalar((byte)128);
                OnnxAttributeValue[] axis = isPerChannel ? [Int("axis", 0)] : [];
                string levels = graph.AddNode("QuantizeLinear", [ModelParts.Weights(graph, "w", 4, 3, 3, 2), scale, zero], axis);
                string weights = graph.AddNode("DequantizeLinear", [levels, scale, zero], axis);
                return QuantizedPart.Quantize(graph, graph.AddNode("Conv", [x.Real(graph), weights]), 0.03f, 5);
            }));
        }
    }

    /// <summary>One DequantizeLinear that a Conv and an Add read, as ONNX Runtime's quantizer writes residual blocks; in either order.</summary>
    [Fact]
    public void DequantizeLinear_ReadByConvAndAdd_IsOneValue()
    {
        ImportedModel imported = OriginalFile.AssertAgrees(ModelParts.Quantized(13, [2, 4, 9, 7], (graph, x) =>
        {
            string shared = x.Real(graph);
            string branch = QuantizedPart.Quantize(graph, graph.AddNode("Conv", [shared, Weights(graph, 0.004f, 0, 4, 4, 3, 3)], Ints("pads", 1, 1, 1, 1)), 0.03f, 5).Real(graph);
            return QuantizedPart.Quantize(graph, graph.AddNode("Add", [branch, shared]), 0.05f, -3);
        }));
        Assert.Equal(2, imported.Network!.Calls.Count(static call => call is QuantizePerTensorCall));
        Assert.Equal(3, imported.Network.Calls.Count(static call => call is DequantizePerTensorCall));
    }

    /// <summary>A Clip that saturation does anyway disappears; one that cuts into the levels becomes limits of them.</summary>
    [Fact]
    public void Clip_BySaturationOrLimits_AsTheFile()
    {
        foreach (int operatorSet in new[] { 10, 13 })
        {
            OriginalFile.AssertAgrees(Clipped(operatorSet, 6f, 6f / 255, -128));
            Assert.Equal((-128, 91), LimitsOf(OriginalFile.AssertAgrees(Clipped(operatorSet, 6f, 7f / 255, -128))));
            Assert.Equal((-120, 127), LimitsOf(OriginalFile.AssertAgrees(Clipped(operatorSet, 6f, 6f / 255, -120))));
        }
    }

    /// <summary>A bias behind a MatMul, and one weight scale an output, along either axis.</summary>
    [Fact]
    public void Products_WithBiasAndScalesOfOutputs_AsTheFile()
    {
        foreach ((bool isTransposed, bool isPerOutput) in new[] { (false, false), (false, true), (true, true) })
        {
            ImportedModel imported = OriginalFile.AssertAgrees(ModelParts.Quantized(13, [3, 7], (graph, x) =>
            {
                float[] scales = isPerOutput ? [.. Enumerable.Range(0, 5).Select(static i => 0.004f + (0.001f * i))] : [0.005f];
                sbyte[] zeros = new sbyte[scales.Length];
                long[] dimensions = isTransposed ? [5, 7] : [7, 5];
                string weights = QuantizedPart.Weights(graph, ModelParts.Levels(dimensions), scales, zeros, dimensions, Int("axis", isTransposed ? 0 : 1));
                string bias = QuantizedPart.Weights(graph, [100, -2000, 30, 4, 500], [.. scales.Select(static scale => scale * 0.021f)], Array.ConvertAll(zeros, static zero => (int)zero), [5], Int("axis", 0));
                string real = x.Real(graph);
                string product = isTransposed ? graph.AddNode("Gemm", [real, weights, bias], Int("transB", 1)) : graph.AddNode("Add", [graph.AddNode("MatMul", [real, weights]), bias]);
                return QuantizedPart.Quantize(graph, product, 0.05f, 3);
            }));
            Assert.Equal(isPerOutput, imported.Network!.Calls.Any(static call => call is Conv2dCall { WeightScales.Length: 5 }));
        }
    }

    /// <summary>An input whose channels are last, read by a Transpose; two images, no extent like another.</summary>
    [Fact]
    public void Input_ChannelsLast_AsTheFile()
    {
        byte[] model = ModelParts.Float(17, [2, 9, 7, 3], graph => graph.AddNode("Conv", [graph.AddNode("Transpose", ["x"], Ints("perm", 0, 3, 1, 2)), ModelParts.Weights(graph, "w", 5, 3, 3, 2)]));
        Assert.Equal(TensorShape.FromNchw(2, 3, 9, 7), OriginalFile.AssertAgrees(model).FloatNetwork!.InputShape);
        AssertRefused(ModelParts.Float(17, [2, 3, 9, 7], graph => graph.AddNode("Conv", [graph.AddNode("Transpose", ["x"], Ints("perm", 0, 1, 3, 2)), ModelParts.Weights(graph, "w", 5, 3, 3, 2)])));
    }

    /// <summary>An input of levels, as a camera gives them; channels first and last.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Input_OfLevels_AsTheFile(bool isUnsigned, bool isChannelsLast)
    {
        var graph = new OnnxGraphBuilder("levels");
        graph.AddInput("x", isUnsigned ? OnnxElementType.UInt8 : OnnxElementType.Int8, isChannelsLast ? [2, 9, 7, 3] : [2, 3, 9, 7]);
        string levels = isChannelsLast ? graph.AddNode("Transpose", ["x"], Ints("perm", 0, 3, 1, 2)) : "x";
        var x = new QuantizedPart(levels, graph.AddScalar(0.021f), isUnsigned ? graph.AddScalar((byte)118) : graph.AddScalar((sbyte)-9));
        QuantizedPart y = QuantizedPart.Quantize(graph, graph.AddNode("Conv", [x.Real(graph), Weights(graph, 0.004f, 0, 4, 3, 3, 2)]), 0.03f, 5);
        graph.AddOutput(y.Real(graph), OnnxElementType.Float32);
        byte[] model = OnnxBytes.Change(OnnxBytes.Build(graph), static message => message.OpsetImport[0].Version = 17);

        Network network = OriginalFile.AssertAgrees(model).Network!;

        Assert.Equal(TensorShape.FromNchw(2, 3, 9, 7), network.Input.Shape);
        Assert.Equal(QuantizationParameters.FromScale(0.021f, isUnsigned ? -10 : -9), Assert.IsType<QuantizePerTensorCall>(network.Calls[0]).Output.RequiredQuantization);
    }

    private static (int, int) LimitsOf(ImportedModel model) => model.Network!.Convolutions.Single() is var conv ? (conv.ClampMinimum, conv.ClampMaximum) : default;

    private static byte[] Clipped(int operatorSet, float largest, float scale, int zeroPoint) => ModelParts.Quantized(operatorSet, [2, 3, 9, 7], (graph, x) =>
    {
        string conv = graph.AddNode("Conv", [x.Real(graph), Weights(graph, 0.009f, 0, 4, 3, 3, 2)]);
        string clipped = operatorSet < 11
            ? graph.AddNode("Clip", [conv], Float("min", 0), Float("max", largest))
            : graph.AddNode("Clip", [conv, graph.AddScalar(0f), graph.AddScalar(largest)]);
        return QuantizedPart.Quantize(graph, clipped, scale, zeroPoint);
    });

    private static string Weights(OnnxGraphBuilder graph, float scale, sbyte zeroPoint, params long[] dimensions) =>
        QuantizedPart.Weights(graph, ModelParts.Levels(dimensions), [scale], [zeroPoint], dimensions);

    private static void AssertRefused(byte[] model) => Assert.Throws<ModelFormatException>(() => OnnxModel.Read("m.onnx", model, folder: null));
}
