using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Onnx.Schema;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Each broken model gives one line that names the file, the place, and what was expected.</summary>
public sealed class OnnxFaultTests
{
    private static readonly byte[] Float = OnnxModelTests.Classifier();
    private static readonly byte[] Quantized = OnnxModelWriter.Write(SampleNetwork.Create());

    [Fact]
    public void Read_UnsupportedOperator_NamesNodeAndNearestForm() => AssertFault(
        Change(Float, static model => Node(model, "Relu").OpType = "LeakyRelu"),
        "m.onnx: node 'relu' (LeakyRelu): is not supported; nearest supported form: Relu; supported: Conv, ");

    [Fact]
    public void Read_NodeWithoutName_IsNamedByWhatItMakes() => AssertFault(
        Change(Float, static model =>
        {
            NodeProto node = Node(model, "Relu");
            (node.OpType, node.Name) = ("LeakyRelu", "");
        }),
        "m.onnx: node that makes 'relu' (LeakyRelu): is not supported; nearest supported form: Relu; supported: Conv, ");

    // Shorter than any mark: no file of a supported format, and no crash.
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Read_FewBytesOfAnyFormat_OneLine(int length)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["m"], [.. "\0\0\0\0XT"u8[..length]]);
        Assert.DoesNotContain('\n', Assert.Throws<ModelFormatException>(() => ModelImporter.Read(folder["m"])).Message);
        File.WriteAllBytes(folder["m"], [.. "\0\0\0\0ET"u8[..length]]);
        Assert.Equal(length == 6, Assert.Throws<ModelFormatException>(() => ModelImporter.Read(folder["m"])).Message.Contains("ExecuTorch", StringComparison.Ordinal));
    }

    // ONNX Runtime's optimizer ends the process where a zero point is left out.
    [Fact]
    public void Original_WithAndWithoutEveryZeroPoint_MayBeOptimizedOrNot()
    {
        Assert.True(OnnxModel.Read("m.onnx", Quantized, folder: null).Original!.MayBeOptimized);
        Assert.True(OnnxModel.Read("m.onnx", Float, folder: null).Original!.MayBeOptimized);
        byte[] without = ModelParts.Float(21, [1, 3, 5, 4], static graph =>
        {
            string scale = graph.AddScalar(0.02f);
            return graph.AddNode("DequantizeLinear", [graph.AddNode("QuantizeLinear", ["x", scale]), scale, graph.AddScalar((byte)0)]);
        });
        Assert.False(OnnxModel.Read("m.onnx", without, folder: null).Original!.MayBeOptimized);
    }

    [Fact]
    public void Read_ConstantsOfNumbersAsNodes_AreConstants()
    {
        byte[] model = Change(
            ModelParts.Float(13, [2, 3, 4, 5], static graph => graph.AddNode("Gemm", [graph.AddNode("Reshape", ["x", graph.AddInitializer<long>("extents", [2, 60], 2)]), ModelParts.Weights(graph, "w", 60, 7)])),
            static message =>
            {
                message.Graph.Initializer.Remove(Initializer(message, "extents"));
                message.Graph.Node.Insert(0, new NodeProto
                {
                    OpType = "Constant", Output = { "extents" }, Attribute = { new AttributeProto { Name = "value_ints", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 2, 60 } } },
                });
            });
        Assert.Equal(TileProof.Operators.TensorShape.FromMatrix(2, 7), OnnxModel.Read("m.onnx", model, folder: null).FloatNetwork!.Nodes[^1].OutputShape);
    }

    [Theory]
    [InlineData("; nearest supported form: Relu", "LeakyRelu", "PRelu", "Elu", "Gelu", "HardSwish", "Sigmoid")]
    [InlineData("; nearest supported form: Conv", "ConvTranspose", "ConvInteger")]
    [InlineData("; nearest supported form: QuantizeLinear with constant scales", "DynamicQuantizeLinear", "MatMulInteger")]
    [InlineData("; nearest supported form: MaxPool", "LpPool")]
    [InlineData("; nearest supported form: Add of two values", "Sub")]
    [InlineData("; nearest supported form: Softmax", "LogSoftmax")]
    [InlineData("; nearest supported form: a BatchNormalization after a Conv", "Mul", "Div")]
    [InlineData("", "Sin", "Where")]
    public void Read_UnsupportedOperators_NameTheirNearestForm(string nearest, params string[] operators) => Assert.All(operators, name => AssertFault(
        Change(Float, model => Node(model, "Relu").OpType = name), $"m.onnx: node 'relu' ({name}): is not supported{nearest}; supported: Conv, "));

    // Data of other files moves into the model that ONNX Runtime is given, those of constants that are nodes too.
    [Fact]
    public void Original_ConstantNodeWithDataInAFile_HasItInside()
    {
        using var folder = new TemporaryFolder();
        byte[] weights = [];
        byte[] model = Change(
            ModelParts.Float(13, [2, 60], static graph => graph.AddNode("MatMul", ["x", ModelParts.Weights(graph, "w", 60, 7)])),
            message =>
            {
                TensorProto tensor = Initializer(message, "w").Clone();
                message.Graph.Initializer.Clear();
                weights = tensor.RawData.ToByteArray();
                File.WriteAllBytes(folder["w.bin"], weights);
                tensor.RawData = Google.Protobuf.ByteString.Empty;
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "w.bin" });
                message.Graph.Node.Insert(0, new NodeProto { OpType = "Constant", Output = { "w" }, Attribute = { new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = tensor } } });
            });
        byte[] whole = OnnxModel.Read("m.onnx", model, folder.FullPath).Original!.WithOutputs([]);
        TensorProto inside = ModelProto.Parser.ParseFrom(whole).Graph.Node[0].Attribute[0].T;
        Assert.Equal((TensorProto.Types.DataLocation.Default, weights.Length), (inside.DataLocation, inside.RawData.Length));
        Assert.Equal(weights, inside.RawData.ToByteArray());
    }

    [Fact]
    public void Read_UnsupportedAttribute_NamesNodeAndNearestForm() => AssertFault(
        Change(Float, static model => Node(model, "Conv").Attribute.Add(new AttributeProto { Name = "strides", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 1, 2, 3 } })),
        "m.onnx: node 'Conv_0' (Conv): strides is [1, 2, 3], expected two extents of 1 to 1048576");

    [Fact]
    public void Read_ClaimOfTwoGibibytes_Refused() => AssertFault(
        Change(Small(), static model => model.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { 1 << 29 } })),
        "m.onnx: initializer 'w': has the dimensions [536870912], expected less than 2147483647 bytes");

    [Fact]
    public void Read_LengthBeyondTheFile_Refused()
    {
        // Field 7 (the graph) with a length of 2 GiB less one.
        byte[] file = [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, .. new byte[1000]];
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertFault(file, "m.onnx: file: is not an ONNX model: ");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Read_CyclicGraph_NamesANodeOfTheCycle() => AssertFault(
        Change(Float, static model => Node(model, "Conv").Input[0] = "sum"),
        "m.onnx: node 'Conv_0' (Conv): reads its own result, directly or through others; expected a graph without cycles");

    [Fact]
    public void Read_ValueNobodyMakes_NamesIt() => AssertFault(
        Change(Float, static model => Node(model, "Relu").Input[0] = "lost"), "m.onnx: node 'relu' (Relu): reads 'lost', which nothing makes");

    [Fact]
    public void Read_MissingExternalData_NamesTheFile()
    {
        using var folder = new TemporaryFolder();
        byte[] model = OnnxBytes.MoveInitializersToFile(Float, folder["weights.bin"]);
        File.Delete(folder["weights.bin"]);
        ModelFormatException exception = Assert.Throws<ModelFormatException>(() => OnnxModel.Read("m.onnx", model, folder.FullPath));
        Assert.Equal("m.onnx: initializer 'conv.weight': its data file 'weights.bin' cannot be read: it does not exist", exception.Message);
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("/weights.bin")]
    [InlineData("a/../../weights.bin")]
    public void Read_ExternalDataOutsideTheFolder_Refused(string location) => AssertFault(
        Change(Float, model =>
        {
            TensorProto tensor = model.Graph.Initializer[0];
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        }),
        $"m.onnx: initializer 'conv.weight': has its data in '{location}', expected a file in the model's folder",
        folder: System.IO.Path.GetTempPath());

    [Fact]
    public void Read_InitializerOfWrongSize_SaysBothSizes() => AssertFault(
        Change(Float, static model => model.Graph.Initializer[0].Dims[0] = 7), "m.onnx: initializer 'conv.weight': holds 648 bytes, but [7, 3, 3, 3] of Float takes 756");

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(0f, "0")]
    [InlineData(-1f, "-1")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void Read_ScaleThatIsNone_NamesIt(float scale, string text) => AssertFault(
        Change(Quantized, model => Initializer(model, Node(model, "QuantizeLinear").Input[1]).RawData = Google.Protobuf.ByteString.CopyFrom(BitConverter.GetBytes(scale))),
        $"m.onnx: node 'input.quantize' (QuantizeLinear): the scale 'constant_0' is {text}, expected a finite number above 0");

    [Fact]
    public void Read_ZeroPointBeyond8Bits_NamesIt() => AssertFault(
        Change(Quantized, static model =>
        {
            TensorProto zeroPoint = Initializer(model, Node(model, "QuantizeLinear").Input[2]);
            zeroPoint.DataType = (int)TensorProto.Types.DataType.Int32;
            zeroPoint.RawData = Google.Protobuf.ByteString.CopyFrom(BitConverter.GetBytes(300));
        }),
        "m.onnx: node 'input.quantize' (QuantizeLinear): the zero point 'constant_1' is not int8 or uint8, so it may lie outside -128..127; nearest supported form: 8-bit quantization");

    [Fact]
    public void Read_NoModel_OneLine() => AssertFault([1, 2, 3], "m.onnx: file: is not an ONNX model: ");

    [Fact]
    public void Read_UnknownOperatorSet_SaysWhichAreKnown() => AssertFault(
        Change(Float, static model => model.OpsetImport[0].Version = 26), "m.onnx: opset_import: the operator set is 26, expected 6 to 25");

    private static byte[] Small() => Change(Float, static model => model.Graph.Initializer.Clear());

    private static byte[] Change(byte[] model, Action<ModelProto> change) => OnnxBytes.Change(model, change);

    private static NodeProto Node(ModelProto model, string operatorType) => model.Graph.Node.First(node => node.OpType == operatorType);

    private static TensorProto Initializer(ModelProto model, string name) => model.Graph.Initializer.First(tensor => tensor.Name == name);

    private static void AssertFault(byte[] model, string expected, string? folder = null)
    {
        ModelFormatException exception = Assert.Throws<ModelFormatException>(() => OnnxModel.Read("m.onnx", model, folder));
        Assert.StartsWith(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.Equal("m.onnx", exception.Path);
        Assert.NotEmpty(exception.Place);
    }
}
