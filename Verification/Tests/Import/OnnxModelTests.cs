using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Networks;
using TileProof.Golden.Onnx;
using TileProof.Golden.Onnx.Schema;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Models in the forms that exporters write, against ONNX Runtime and against what they must become.</summary>
public sealed class OnnxModelTests
{
    private const string Path = "model.onnx";

    [Theory]
    [InlineData("NOTSET", 3, 1, 1, 1, 1)]
    [InlineData("NOTSET", 3, 2, 0, 1, 1)]
    [InlineData("NOTSET", 3, 2, 1, 2, 1)]
    [InlineData("NOTSET", 1, 2, 0, 1, 2)]
    [InlineData("VALID", 5, 3, 0, 1, 1)]
    [InlineData("SAME_UPPER", 3, 1, 0, 1, 4)]
    [InlineData("SAME_LOWER", 5, 1, 0, 1, 1)]
    public void Read_FloatConvolutions_ShapesAndValuesOfOnnxRuntime(string autoPad, int kernel, int stride, int padding, int dilation, int groups)
    {
        var graph = new OnnxGraphBuilder("conv");
        graph.AddInput("x", OnnxElementType.Float32, 2, 4, 13, 11);
        List<OnnxAttributeValue> attributes =
        [
            OnnxAttributeValue.Ints("strides", stride, stride), OnnxAttributeValue.Ints("dilations", dilation, dilation), OnnxAttributeValue.Int("group", groups),
            autoPad == "NOTSET" ? OnnxAttributeValue.Ints("pads", padding, padding, padding, padding) : OnnxAttributeValue.Text("auto_pad", autoPad),
        ];
        graph.AddNamedNode("y", "Conv", ["x", Weights(graph, "w", 8, 4 / groups, kernel, kernel)], [.. attributes]);
        graph.AddOutput("y", OnnxElementType.Float32);
        AssertAsOnnxRuntime(OnnxBytes.Build(graph), [2, 4, 13, 11]);
    }

    // ONNX Runtime does not run it, so that the padding is that of the operator's definition: half of the dilated kernel on either side.
    [Theory]
    [InlineData("SAME_UPPER", 3, 2, 2)]
    [InlineData("SAME_LOWER", 5, 2, 4)]
    [InlineData("SAME_UPPER", 3, 3, 3)]
    public void Read_SamePaddingOfADilatedConvolution_KeepsTheExtents(string autoPad, int kernel, int dilation, int padding)
    {
        byte[] model = ModelParts.Float(13, [2, 4, 13, 11], graph => graph.AddNode(
            "Conv", ["x", ModelParts.Weights(graph, "w", 8, 4, kernel, kernel)], OnnxAttributeValue.Ints("dilations", dilation, dilation), OnnxAttributeValue.Text("auto_pad", autoPad)));
        FloatConv2d conv = Assert.IsType<FloatConv2d>(OnnxModel.Read(Path, model, folder: null).FloatNetwork!.Nodes[0]);
        Assert.Equal((padding, TensorShape.FromNchw(2, 8, 13, 11)), (conv.Shape.Padding, conv.OutputShape));
    }

    [Fact]
    public void Read_FloatClassifierWithBatchNormalization_ShapesAndValuesOfOnnxRuntime() => AssertAsOnnxRuntime(Classifier(), [1, 3, 12, 12]);

    [Fact]
    public void Read_FloatClassifierWithBatchNormalization_FoldsIt()
    {
        FloatNetwork network = OnnxModel.Read(Path, Classifier(), folder: null).FloatNetwork!;
        Assert.Equal(["bn", "relu", "pool", "sum", "mean", "fc", "softmax"], network.Nodes.Select(static node => node.Name));
        Assert.Null(Assert.IsType<FloatConv2d>(network.Nodes[0]).BatchNorm);
        Assert.Equal([0.5f, 1.5f, 2.5f], Assert.IsType<FloatLinear>(network.Nodes[5]).Bias);
    }

    /// <summary>Rows and columns that the model leaves open are those of the run; without any the model is refused.</summary>
    [Fact]
    public void Read_OpenRowsAndColumns_TakesThoseOfTheRun()
    {
        byte[] model = OnnxBytes.Change(Relu(), static model =>
        {
            var dimensions = model.Graph.Input[0].Type.TensorType.Shape.Dim;
            dimensions[2] = new TensorShapeProto.Types.Dimension { DimParam = "H" };
            dimensions[3] = new TensorShapeProto.Types.Dimension { DimParam = "W" };
        });
        FloatNetwork network = OnnxModel.Read(Path, model, folder: null, openImage: (7, 12)).FloatNetwork!;
        Assert.Equal((7, 12), (network.InputShape.Height, network.InputShape.Width));
        Assert.Contains("dimension 2 is 'H'", Assert.Throws<ModelFormatException>(() => OnnxModel.Read(Path, model, folder: null)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Read_OpenBatch_TakesTheBatchAsked(int batch)
    {
        FloatNetwork network = OnnxModel.Read(Path, OnnxBytes.SetOpenBatch(Relu()), folder: null, batch).FloatNetwork!;
        Assert.Equal(TensorShape.FromNchw(batch, 3, 4, 4), network.InputShape);
    }

    [Fact]
    public void Read_ReshapeByShapeComputation_IsAFlatten()
    {
        var graph = new OnnxGraphBuilder("view");
        graph.AddInput("x", OnnxElementType.Float32, 2, 3, 4, 4);
        graph.AddNamedNode("r", "Relu", ["x"]);
        string batch = graph.AddNode("Gather", [graph.AddNode("Shape", ["r"]), graph.AddScalar(0L)], OnnxAttributeValue.Int("axis", 0));
        string extents = graph.AddNode(
            "Concat",
            [graph.AddNode("Unsqueeze", [batch, graph.AddInitializer<long>("axes", [0], 1)]), graph.AddInitializer<long>("rest", [-1], 1)],
            OnnxAttributeValue.Int("axis", 0));
        graph.AddNamedNode("y", "Gemm", [graph.AddNode("Reshape", ["r", extents]), Weights(graph, "w", 48, 7)]);
        graph.AddOutput("y", OnnxElementType.Float32);
        AssertAsOnnxRuntime(OnnxBytes.Build(graph), [2, 3, 4, 4]);
    }

    [Fact]
    public void Read_TypedAndExternalTensors_SameNetworkAsRaw()
    {
        byte[] raw = Classifier();
        using var folder = new TemporaryFolder();
        byte[] external = OnnxBytes.MoveInitializersToFile(raw, folder["weights.bin"]);
        File.WriteAllBytes(folder["model.onnx"], external);
        float[] expected = FirstWeights(OnnxModel.Read(Path, raw, folder: null));
        Assert.Equal(expected, FirstWeights(OnnxModel.Read(Path, OnnxBytes.UseTypedFields(raw), folder: null)));
        Assert.Equal(expected, FirstWeights(OnnxModel.Read(folder["model.onnx"])));
        Assert.Equal(expected, FirstWeights(ModelImporter.Read(folder["model.onnx"])));
    }

    [Fact]
    public void Read_UnsignedQOperatorModel_ShiftedToSigned()
    {
        Network network = OnnxModel.Read(Path, QOperator(), folder: null).Network!;
        Assert.Equal(
            [
                OperatorKind.QuantizePerTensor, OperatorKind.Conv2d, OperatorKind.MaxPool2d, OperatorKind.QuantizedLinear, OperatorKind.DequantizePerTensor,
            ],
            network.Calls.Select(static call => call.Kind));
        Assert.Equal(network.Calls[1].Output.Quantization, network.Calls[2].Output.Quantization);
        var conv = (Conv2dCall)network.Calls[1];
        Assert.Equal(QuantizationParameters.FromScale(0.02f, 120 - 128), conv.Input.Quantization);
        Assert.Equal(QuantizationParameters.FromScale(0.05f, 3 - 128), conv.Output.Quantization);
        Assert.Equal([1 - 128, 0, 127], [conv.Weights[0], conv.Weights[127], conv.Weights[254]]);
    }

    [Fact]
    public void Read_UnsignedQOperatorModel_WithinOneLevelOfOnnxRuntime()
    {
        byte[] model = QOperator();
        Network network = OnnxModel.Read(Path, model, folder: null).Network!;
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        using var session = new OnnxRuntimeSession(model);
        float[] expected = session.Run(["y"], OnnxTensor.Create<float>("x", image.Float32, 1, 4, 8, 8))[0].Elements<float>().ToArray();
        float[] actual = NetworkRun.Output(network, image).Float32.ToArray();
        Assert.All(expected.Zip(actual), static pair => Assert.InRange(pair.First - pair.Second, -0.3001f, 0.3001f));
        Assert.True(expected.Distinct().Count() > 2);
    }

    [Fact]
    public void Read_ReluWhoseZeroPointIsNotLowest_BecomesARectifier()
    {
        var graph = new OnnxGraphBuilder("relu");
        graph.AddInput("x", OnnxElementType.Float32, 1, 4, 4, 4);
        string quantized = graph.AddNamedNode("q", "QuantizeLinear", ["x", graph.AddScalar(0.1f), graph.AddScalar((sbyte)0)]);
        string real = graph.AddNode("DequantizeLinear", [quantized, graph.AddScalar(0.1f), graph.AddScalar((sbyte)0)]);
        string weight = graph.AddNode("DequantizeLinear", [graph.AddInitializer<sbyte>("w", new sbyte[16], 4, 4, 1, 1), graph.AddScalar(0.01f), graph.AddScalar((sbyte)0)]);
        string relu = graph.AddNode("Relu", [graph.AddNode("Conv", [real, weight])]);
        graph.AddNamedNode("y", "QuantizeLinear", [relu, graph.AddScalar(0.2f), graph.AddScalar((sbyte)5)]);
        graph.AddOutput("y", OnnxElementType.Int8);
        Network network = OnnxModel.Read(Path, OnnxBytes.Build(graph), folder: null).Network!;
        Assert.Equal([OperatorKind.QuantizePerTensor, OperatorKind.Conv2d, OperatorKind.QuantizedRelu], network.Calls.Select(static call => call.Kind));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_ZeroPointsLeftOut_ZeroOfTheirType(bool isSigned)
    {
        var graph = new OnnxGraphBuilder("zero");
        graph.AddInput("x", OnnxElementType.Float32, 1, 4, 4, 4);
        string scale = graph.AddScalar(0.1f);
        string quantized = isSigned ? graph.AddNode("QuantizeLinear", ["x", scale, graph.AddScalar((sbyte)0)]) : graph.AddNode("QuantizeLinear", ["x", scale]);
        graph.AddNamedNode("y", "DequantizeLinear", [quantized, scale]);
        graph.AddOutput("y", OnnxElementType.Float32, 1, 4, 4, 4);
        byte[] model = graph.Build();
        Network network = OnnxModel.Read(Path, model, folder: null).Network!;
        Assert.Equal(QuantizationParameters.FromScale(0.1f, isSigned ? 0 : -128), network.Calls[0].Output.Quantization);
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        using var session = new OnnxRuntimeSession(model);
        float[] expected = session.Run(["y"], OnnxTensor.Create<float>("x", image.Float32, 1, 4, 4, 4))[0].Elements<float>().ToArray();
        Assert.Equal(expected, NetworkRun.Output(network, image).Float32.ToArray());
    }

    /// <summary>Every float form the import knows, in one model.</summary>
    internal static byte[] Classifier()
    {
        var graph = new OnnxGraphBuilder("classifier");
        graph.AddInput("x", OnnxElementType.Float32, 1, 3, 12, 12);
        string conv = graph.AddNode("Conv", ["x", Weights(graph, "conv.weight", 6, 3, 3, 3)], OnnxAttributeValue.Ints("pads", 1, 1, 1, 1));
        graph.AddNamedNode(
            "bn", "BatchNormalization",
            [conv, Weights(graph, "gamma", 6), Weights(graph, "beta", 6), Weights(graph, "mean.running", 6), graph.AddInitializer<float>("variance", [1, 2, 3, 4, 5, 6], 6)]);
        graph.AddNamedNode("relu", "Relu", [graph.AddNode("Identity", ["bn"])]);
        graph.AddNamedNode("pool", "MaxPool", ["relu"], OnnxAttributeValue.Ints("kernel_shape", 3, 3), OnnxAttributeValue.Ints("strides", 2, 2), OnnxAttributeValue.Ints("pads", 1, 1, 1, 1));
        graph.AddNamedNode("sum", "Add", ["pool", "pool"]);
        graph.AddNamedNode("mean", "ReduceMean", ["sum", graph.AddInitializer<long>("axes", [-1, -2], 2)], OnnxAttributeValue.Int("keepdims", 0));
        string product = graph.AddNode("MatMul", ["mean", Weights(graph, "fc.weight", 6, 3)]);
        graph.AddNamedNode("fc", "Add", [product, graph.AddInitializer<float>("fc.bias", [0.5f, 1.5f, 2.5f], 3)]);
        graph.AddNamedNode("softmax", "Softmax", ["fc"], OnnxAttributeValue.Int("axis", -1));
        graph.AddOutput("softmax", OnnxElementType.Float32);
        return OnnxBytes.Build(graph);
    }

    internal static byte[] QOperator()
    {
        var graph = new OnnxGraphBuilder("qoperator");
        graph.AddInput("x", OnnxElementType.Float32, 1, 4, 8, 8);
        string inputScale = graph.AddScalar(0.02f), inputZero = graph.AddScalar((byte)120), scale = graph.AddScalar(0.05f), zero = graph.AddScalar((byte)3);
        byte[] weights = [.. Enumerable.Range(0, 8 * 4 * 9).Select(static i => (byte)(1 + (i % 255)))];
        string quantized = graph.AddNode("QuantizeLinear", ["x", inputScale, inputZero]);
        string conv = graph.AddNode(
            "QLinearConv",
            [
                quantized, inputScale, inputZero, graph.AddInitializer<byte>("w", weights, 8, 4, 3, 3), graph.AddScalar(0.001f), graph.AddScalar((byte)128), scale, zero,
                graph.AddInitializer<int>("b", [100, -200, 300, -400, 500, -600, 700, -800], 8),
            ],
            OnnxAttributeValue.Ints("pads", 1, 1, 1, 1));
        string pooled = graph.AddNode("Flatten", [graph.AddNode("MaxPool", [conv], OnnxAttributeValue.Ints("kernel_shape", 8, 8))]);
        sbyte[] matrix = [.. Enumerable.Range(0, 8 * 5).Select(static i => (sbyte)((i * 37 % 255) - 127))];
        string outputScale = graph.AddScalar(0.15f), outputZero = graph.AddScalar((byte)90);
        string product = graph.AddNode(
            "QLinearMatMul", [pooled, scale, zero, graph.AddInitializer<sbyte>("m", matrix, 8, 5), graph.AddScalar(0.02f), graph.AddScalar((sbyte)0), outputScale, outputZero]);
        graph.AddNamedNode("y", "DequantizeLinear", [product, outputScale, outputZero]);
        graph.AddOutput("y", OnnxElementType.Float32);
        return OnnxBytes.Build(graph);
    }

    private static byte[] Relu()
    {
        var graph = new OnnxGraphBuilder("relu");
        graph.AddInput("x", OnnxElementType.Float32, 2, 3, 4, 4);
        graph.AddNamedNode("y", "Relu", ["x"]);
        graph.AddOutput("y", OnnxElementType.Float32);
        return OnnxBytes.Build(graph);
    }

    private static string Weights(OnnxGraphBuilder graph, string name, params long[] dimensions)
    {
        var random = new Random(name.Length + 11);
        float[] elements = [.. Enumerable.Range(0, (int)dimensions.Aggregate(static (x, y) => x * y)).Select(_ => ((float)random.NextDouble() * 2) - 1)];
        return graph.AddInitializer<float>(name, elements, dimensions);
    }

    private static float[] FirstWeights(ImportedModel model) => model.FloatNetwork!.Nodes.OfType<FloatConv2d>().First().Weights;

    // The imported network is written once more, and both models run in ONNX Runtime.
    private static void AssertAsOnnxRuntime(byte[] model, long[] dimensions)
    {
        FloatNetwork network = OnnxModel.Read(Path, model, folder: null).FloatNetwork!;
        Tensor image = SampleNetwork.Images(network.InputShape);
        using var original = new OnnxRuntimeSession(model);
        using var imported = new OnnxRuntimeSession(FloatOnnxModel.Build(network, [network.OutputName]));
        OnnxTensor input = OnnxTensor.Create<float>("x", image.Float32, dimensions);
        string output = network.OutputName;
        OnnxTensor expected = original.Run([output], input)[0];
        OnnxTensor actual = imported.Run([output], input)[0];
        Assert.Equal(expected.Dimensions.ToArray(), actual.Dimensions.ToArray().Take(expected.Dimensions.Length));
        Assert.Equal(network.ShapeOf(output).ElementCount, expected.Elements<float>().Length);
        Assert.All(expected.Elements<float>().ToArray().Zip(actual.Elements<float>().ToArray()), static pair =>
            Assert.InRange(pair.First - pair.Second, -1e-3f, 1e-3f));
    }
}
