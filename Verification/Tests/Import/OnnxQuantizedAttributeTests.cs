using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Onnx;
using TileProof.Golden.Onnx.Schema;
using TileProof.Operators;
using TileProof.Operators.Calls;
using static TileProof.Golden.Onnx.OnnxAttributeValue;

namespace TileProof.Tests.Import;

/// <summary>Every attribute and default of the quantized operators against ONNX Runtime on the same file, call by call on the file's own inputs.</summary>
public sealed class OnnxQuantizedAttributeTests
{
    private static readonly long[] WeightShape = [6, 4, 3, 2];

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Conv_BetweenDequantizeAndQuantize_AsTheFile(bool signedValues, bool signedWeights)
    {
        for (int batch = 1; batch <= 3; batch += 2)
        {
            OriginalFile.AssertAgrees(ModelParts.Quantized(13, [batch, 4, 9, 7], (graph, x) => QuantizedPart.Quantize(
                graph,
                graph.AddNode("Conv", [x.Real(graph), Weights(graph, signedWeights), ModelParts.Weights(graph, "bias", 6)], Ints("pads", 1, 1, 1, 1), Ints("strides", 2, 2)),
                0.09f, signedValues ? 11 : 99, signedValues), signedValues));
        }
    }

    [Fact]
    public void Conv_ScalePerChannelAndIntegerBias_AsTheFile()
    {
        float[] scales = [0.002f, 0.004f, 0.001f, 0.0035f, 0.007f, 0.0005f];
        OriginalFile.AssertAgrees(ModelParts.Quantized(13, [2, 4, 9, 7], (graph, x) =>
        {
            string weights = QuantizedPart.Weights(graph, ModelParts.Levels(WeightShape), scales, new sbyte[6], WeightShape, Int("axis", 0));
            string bias = graph.AddNode(
                "DequantizeLinear",
                [
                    graph.AddInitializer<int>("bias", [900, -1200, 3000, -50, 77, 2000], 6),
                    graph.AddInitializer<float>("bias.scale", Array.ConvertAll(scales, static scale => 0.021f * scale), 6),
                    graph.AddInitializer<int>("bias.zero", new int[6], 6),
                ],
                Int("axis", 0));
            return QuantizedPart.Quantize(graph, graph.AddNode("Conv", [x.Real(graph), weights, bias]), 0.06f, -3);
        }));
        AssertRefused(ModelParts.Quantized(13, [1, 6, 9, 7], (graph, x) => QuantizedPart.Quantize(
            graph,
            graph.AddNode("Conv", [x.Real(graph), QuantizedPart.Weights(graph, ModelParts.Levels(6, 6, 1, 2), scales, new sbyte[6], [6, 6, 1, 2])]), 0.06f, -3)));
    }

    [Fact]
    public void Conv_WeightsWithAZeroPoint_AsTheFile()
    {
        sbyte[] levels = Array.ConvertAll(ModelParts.Levels(WeightShape), static level => (sbyte)(level / 2));
        sbyte[] zeroPoints = [-20, 0, 9, 33, -64, 1];
        float[] scales = [0.002f, 0.004f, 0.001f, 0.0035f, 0.007f, 0.0005f];
        OriginalFile.AssertAgrees(ModelParts.Quantized(13, [1, 4, 9, 7], (graph, x) => QuantizedPart.Quantize(
            graph, graph.AddNode("Conv", [x.Real(graph), QuantizedPart.Weights(graph, levels, scales, zeroPoints, WeightShape, Int("axis", -4))]), 0.05f, 0)));
        OriginalFile.AssertAgrees(ModelParts.Quantized(13, [1, 4, 9, 7], (graph, x) => QuantizedPart.Quantize(
            graph, graph.AddNode("Conv", [x.Real(graph), QuantizedPart.Weights(graph, levels, [0.003f], [(sbyte)-31], WeightShape)]), 0.05f, 0)));
    }

    [Theory]
    [InlineData(-128)]
    [InlineData(-90)]
    public void Relu_AfterConv_AsTheFile(int zeroPoint) => OriginalFile.AssertAgrees(ModelParts.Quantized(13, [2, 4, 9, 7], (graph, x) =>
        QuantizedPart.Quantize(graph, graph.AddNode("Relu", [graph.AddNode("Conv", [x.Real(graph), Weights(graph, signed: true)])]), 0.05f, zeroPoint)));

    [Fact]
    public void ReluMaxPoolAddMeanAndSoftmax_OfLevels_AsTheFile()
    {
        OriginalFile.AssertAgrees(ModelParts.Quantized(13, [2, 4, 9, 7], static (graph, x) => QuantizedPart.Quantize(graph, graph.AddNode("Relu", [x.Real(graph)]), 0.017f, -100)));
        OriginalFile.AssertAgrees(ModelParts.Quantized(13, [2, 4, 9, 7], static (graph, x) =>
            QuantizedPart.Quantize(graph, graph.AddNode("Add", [x.Real(graph), QuantizedPart.Quantize(graph, graph.AddNode("Relu", [x.Real(graph)]), 0.02f, -128).Real(graph)]), 0.045f, -20)));
        OriginalFile.AssertAgrees(ModelParts.Quantized(13, [2, 4, 9, 7], static (graph, x) =>
            QuantizedPart.Quantize(graph, graph.AddNode("Relu", [graph.AddNode("Add", [x.Real(graph), x.Real(graph)])]), 0.045f, -110)));
        OriginalFile.AssertAgrees(ModelParts.Quantized(13, [2, 4, 9, 7], static (graph, x) =>
            QuantizedPart.Quantize(graph, graph.AddNode("MaxPool", [x.Real(graph)], Ints("kernel_shape", 3, 2), Ints("strides", 2, 2), Ints("pads", 1, 1, 1, 1)), 0.03f, 5)));
        OriginalFile.AssertAgrees(ModelParts.Quantized(13, [2, 4, 9, 7], static (graph, x) =>
            x with { Name = graph.AddNode("MaxPool", [x.Name], Ints("kernel_shape", 2, 3)) }));
        OriginalFile.AssertAgrees(ModelParts.Quantized(13, [2, 9, 5, 7], static (graph, x) =>
            QuantizedPart.Quantize(graph, graph.AddNode("ReduceMean", [x.Real(graph)], Ints("axes", 2, 3), Int("keepdims", 0)), 0.004f, 3)));
        OriginalFile.AssertAgrees(ModelParts.Quantized(13, [3, 9], static (graph, x) =>
            QuantizedPart.Quantize(graph, graph.AddNode("Softmax", [x.Real(graph)], Int("axis", -1)), 1 / 256f, -128)));
        AssertRefused(ModelParts.Quantized(13, [3, 9, 1, 1], static (graph, x) =>
            QuantizedPart.Quantize(graph, graph.AddNode("Softmax", [x.Real(graph)]), 1 / 256f, -128)));
    }

    [Fact]
    public void Product_EveryForm_AsTheFile()
    {
        foreach (int batch in new[] { 1, 3 })
        {
            OriginalFile.AssertAgrees(ModelParts.Quantized(13, [batch, 24], (graph, x) => QuantizedPart.Quantize(
                graph, graph.AddNode("Gemm", [x.Real(graph), Matrix(graph, 5, 24), ModelParts.Weights(graph, "bias", 5)], Int("transB", 1)), 0.08f, 7)));
            OriginalFile.AssertAgrees(ModelParts.Quantized(13, [batch, 24], (graph, x) => QuantizedPart.Quantize(
                graph, graph.AddNode("Gemm", [x.Real(graph), Matrix(graph, 24, 24)]), 0.08f, 7)));
            OriginalFile.AssertAgrees(ModelParts.Quantized(13, [batch, 24], (graph, x) => QuantizedPart.Quantize(
                graph, graph.AddNode("MatMul", [x.Real(graph), Matrix(graph, 24, 9)]), 0.08f, 7)));
            OriginalFile.AssertAgrees(ModelParts.Quantized(13, [batch, 3, 4, 2], (graph, x) => QuantizedPart.Quantize(
                graph, graph.AddNode("Gemm", [graph.AddNode("Flatten", [x.Real(graph)]), Matrix(graph, 24, 9)]), 0.08f, 7)));
        }

        foreach (string attribute in new[] { "alpha", "beta" })
        {
            AssertRefused(ModelParts.Quantized(13, [2, 24], (graph, x) => QuantizedPart.Quantize(
                graph, graph.AddNode("Gemm", [x.Real(graph), Matrix(graph, 24, 5), ModelParts.Weights(graph, "bias", 5)], Float(attribute, 0.5f)), 0.08f, 7)));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void QLinearConv_EveryInput_AsTheFile(bool signedWeights)
    {
        OriginalFile.AssertAgrees(ModelParts.Quantized(10, [2, 4, 9, 7], (graph, x) => QLinearConv(graph, x, signedWeights, [0.004f], hasBias: true), isSigned: false));
        OriginalFile.AssertAgrees(ModelParts.Quantized(
            10, [1, 4, 9, 7], (graph, x) => QLinearConv(graph, x, signedWeights, [0.002f, 0.004f, 0.001f, 0.0035f, 0.007f, 0.0005f], hasBias: false), isSigned: false));
    }

    // ONNX Runtime takes unsigned levels only here.
    [Fact]
    public void QLinearProducts_EveryInput_AsTheFile()
    {
        OriginalFile.AssertAgrees(ModelParts.Quantized(
            10,
            [3, 24],
            (graph, x) =>
            {
                QuantizedPart y = QuantizedPart.Parameters(graph, 0.08f, 90, isSigned: false);
                return y with { Name = graph.AddNode("QLinearMatMul", [x.Name, x.Scale, x.ZeroPoint, Stored(graph, 24, 5), graph.AddScalar(0.004f), graph.AddScalar((sbyte)0), y.Scale, y.ZeroPoint]) };
            },
            isSigned: false));
        foreach (bool isTransposed in new[] { false, true })
        {
            OriginalFile.AssertAgrees(ModelParts.Quantized(
                13,
                [3, 24],
                (graph, x) =>
                {
                    QuantizedPart y = QuantizedPart.Parameters(graph, 0.08f, 90, isSigned: false);
                    return y with
                    {
                        Name = graph.AddNode(
                            "QGemm",
                            [
                                x.Name, x.Scale, x.ZeroPoint, isTransposed ? Stored(graph, 5, 24) : Stored(graph, 24, 5), graph.AddScalar(0.004f), graph.AddScalar((sbyte)0),
                                graph.AddInitializer<int>("bias", [500, -3000, 4000, 0, 12], 5), y.Scale, y.ZeroPoint,
                            ],
                            Int("transA", 0), Int("transB", isTransposed ? 1 : 0)),
                    };
                },
                isSigned: false));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void QLinearAddAndMean_EveryInput_AsTheFile(bool isSigned)
    {
        OriginalFile.AssertAgrees(ModelParts.Quantized(
            13,
            [2, 9, 5, 7],
            (graph, x) =>
            {
                QuantizedPart right = QuantizedPart.Quantize(graph, graph.AddNode("Relu", [x.Real(graph)]), 0.013f, isSigned ? -77 : 51, isSigned);
                QuantizedPart sum = QuantizedPart.Parameters(graph, 0.037f, isSigned ? 5 : 133, isSigned);
                return sum with { Name = graph.AddNode("QLinearAdd", [x.Name, x.Scale, x.ZeroPoint, right.Name, right.Scale, right.ZeroPoint, sum.Scale, sum.ZeroPoint]) };
            },
            isSigned));
        foreach (bool states in new[] { false, true })
        {
            OriginalFile.AssertAgrees(ModelParts.Quantized(
                13,
                [2, 9, 5, 7],
                (graph, x) =>
                {
                    QuantizedPart mean = QuantizedPart.Parameters(graph, 0.003f, isSigned ? 5 : 133, isSigned);
                    return mean with
                    {
                        Name = graph.AddNode("QLinearGlobalAveragePool", [x.Name, x.Scale, x.ZeroPoint, mean.Scale, mean.ZeroPoint], states ? [Int("channels_last", 0)] : []),
                    };
                },
                isSigned));
        }
    }

    [Fact]
    public void ZeroPoint_LeftOut_IsZeroOfTheTypeThatTheNodeStates()
    {
        Network signed = OriginalFile.AssertAgrees(ModelParts.Float(21, [1, 3, 5, 4], static graph =>
        {
            string scale = graph.AddScalar(0.02f);
            return graph.AddNode("DequantizeLinear", [graph.AddNode("QuantizeLinear", ["x", scale], Int("output_dtype", (long)TensorProto.Types.DataType.Int8)), scale]);
        })).Network!;
        Assert.Equal(0, signed.Calls[0].Output.RequiredQuantization.ZeroPoint);
        Network unsigned = OriginalFile.AssertAgrees(ModelParts.Float(21, [1, 3, 5, 4], static graph =>
        {
            string scale = graph.AddScalar(0.02f);
            return graph.AddNode("DequantizeLinear", [graph.AddNode("QuantizeLinear", ["x", scale], Int("block_size", 0)), scale]);
        })).Network!;
        Assert.Equal(-128, unsigned.Calls[0].Output.RequiredQuantization.ZeroPoint);
        OriginalFile.AssertAgrees(ModelParts.Quantized(13, [1, 4, 9, 7], static (graph, x) => QuantizedPart.Quantize(
            graph,
            graph.AddNode("Conv", [x.Real(graph), graph.AddNode("DequantizeLinear", [graph.AddInitializer<sbyte>("w", ModelParts.Levels(WeightShape), WeightShape), graph.AddScalar(0.004f)])]),
            0.09f, 11)));
    }

    [Fact]
    public void Constants_AsNodes_AsTheFile()
    {
        byte[] model = OnnxBytes.Change(
            ModelParts.Quantized(13, [2, 4, 9, 7], static (graph, x) => QuantizedPart.Quantize(graph, graph.AddNode("Conv", [x.Real(graph), Weights(graph, signed: false)]), 0.09f, 11)),
            static message =>
            {
                foreach (TensorProto tensor in message.Graph.Initializer.Reverse())
                {
                    var attribute = new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = tensor };
                    bool isReal = tensor.DataType == (int)TensorProto.Types.DataType.Float && tensor.Dims.Count == 0;
                    if (isReal)
                    {
                        attribute = new AttributeProto { Name = "value_float", Type = AttributeProto.Types.AttributeType.Float, F = BitConverter.ToSingle(tensor.RawData.Span) };
                    }

                    message.Graph.Node.Insert(0, new NodeProto { OpType = "Constant", Output = { tensor.Name }, Attribute = { attribute } });
                }

                message.Graph.Initializer.Clear();
            });
        OriginalFile.AssertAgrees(model);
    }

    private static QuantizedPart QLinearConv(OnnxGraphBuilder graph, QuantizedPart x, bool signedWeights, float[] scales, bool hasBias)
    {
        sbyte[] levels = ModelParts.Levels(WeightShape);
        string weights = signedWeights ? graph.AddInitializer<sbyte>("w", levels, WeightShape) : graph.AddInitializer<byte>("w", ModelParts.Unsigned(levels), WeightShape);
        string scale = scales.Length == 1 ? graph.AddScalar(scales[0]) : graph.AddInitializer<float>("w.scale", scales, scales.Length);
        string zeroPoint = (signedWeights, scales.Length) switch
        {
            (true, 1) => graph.AddScalar((sbyte)0),
            (false, 1) => graph.AddScalar((byte)128),
            (true, _) => graph.AddInitializer<sbyte>("w.zero", new sbyte[scales.Length], scales.Length),
            _ => graph.AddInitializer<byte>("w.zero", [.. Enumerable.Repeat((byte)128, scales.Length)], scales.Length),
        };
        QuantizedPart y = QuantizedPart.Parameters(graph, 0.07f, 119, isSigned: false);
        string[] inputs = [x.Name, x.Scale, x.ZeroPoint, weights, scale, zeroPoint, y.Scale, y.ZeroPoint];
        string[] all = hasBias ? [.. inputs, graph.AddInitializer<int>("bias", [900, -1200, 3000, -50, 77, 2000], 6)] : inputs;
        return y with { Name = graph.AddNode("QLinearConv", all, Ints("pads", 1, 1, 1, 1), Ints("strides", 2, 2)) };
    }

    private static string Weights(OnnxGraphBuilder graph, bool signed)
    {
        sbyte[] levels = ModelParts.Levels(WeightShape);
        return signed
            ? QuantizedPart.Weights(graph, levels, [0.004f], [(sbyte)0], WeightShape)
            : QuantizedPart.Weights(graph, ModelParts.Unsigned(levels), [0.004f], [(byte)128], WeightShape);
    }

    private static string Matrix(OnnxGraphBuilder graph, long rows, long columns) =>
        QuantizedPart.Weights(graph, ModelParts.Levels(rows, columns), [0.004f], [(sbyte)0], [rows, columns]);

    private static string Stored(OnnxGraphBuilder graph, long rows, long columns) => graph.AddInitializer<sbyte>("w", ModelParts.Levels(rows, columns), rows, columns);

    /// <summary>Levels of one scale are copied; others are joined as real numbers.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Concat_BetweenDequantizeAndQuantize_AsTheFile(bool isSigned, bool isOneScale)
    {
        ImportedModel imported = OriginalFile.AssertAgrees(ModelParts.Quantized(13, [2, 3, 9, 7], (graph, x) =>
        {
            QuantizedPart other = QuantizedPart.Quantize(graph, graph.AddNode("Relu", [x.Real(graph)]), isOneScale ? 0.021f : 0.017f, isSigned ? -7 : 121, isSigned);
            return QuantizedPart.Quantize(graph, graph.AddNode("Concat", [other.Real(graph), x.Real(graph)], Int("axis", 2)), 0.021f, isSigned ? -7 : 121, isSigned);
        }, isSigned));

        ConcatCall concat = Assert.Single(imported.Network!.Calls.OfType<ConcatCall>());
        Assert.Equal(isOneScale ? ElementType.Int8 : ElementType.Float32, concat.Output.ElementType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void QLinearConcatMulAndMaxPoolOfLevels_EveryInput_AsTheFile(bool isSigned)
    {
        ImportedModel imported = OriginalFile.AssertAgrees(OwnOperators(isSigned));

        Assert.Equal(
            [OperatorKind.QuantizePerTensor, OperatorKind.MaxPool2d, OperatorKind.QuantizedMul, OperatorKind.Requantize, OperatorKind.Concat, OperatorKind.DequantizePerTensor],
            imported.Network!.Calls.Select(static call => call.Kind));
    }

    /// <summary>A model of operators that the modelled library has no program of.</summary>
    internal static byte[] OwnOperators(bool isSigned = true) => ModelParts.Quantized(
        13,
        [1, 3, 9, 7],
        (graph, x) =>
        {
            QuantizedPart pooled = x with { Name = graph.AddNode("MaxPool", [x.Name], Ints("kernel_shape", 3, 2), Ints("pads", 1, 0, 1, 1)) };
            QuantizedPart product = QuantizedPart.Parameters(graph, 0.033f, isSigned ? 5 : 133, isSigned);
            product = product with { Name = graph.AddNode("QLinearMul", [x.Name, x.Scale, x.ZeroPoint, pooled.Name, x.Scale, x.ZeroPoint, product.Scale, product.ZeroPoint]) };
            return product with
            {
                Name = graph.AddNode("QLinearConcat", [product.Scale, product.ZeroPoint, product.Name, product.Scale, product.ZeroPoint, pooled.Name, x.Scale, x.ZeroPoint], Int("axis", 1)),
            };
        },
        isSigned);

    private static void AssertRefused(byte[] model) => Assert.Throws<ModelFormatException>(() => OnnxModel.Read("m.onnx", model, folder: null));
}
