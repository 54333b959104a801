using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Networks;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Operators outside the library that run in ONNX Runtime as part of the network.</summary>
public sealed class OnnxFallbackTests
{
    /// <summary>The float classifier with a LeakyRelu for its Relu.</summary>
    internal static byte[] FloatModel() => OnnxBytes.Change(OnnxModelTests.Classifier(), static model => model.Graph.Node.First(static node => node.OpType == "Relu").OpType = "LeakyRelu");

    /// <summary>The quantized sample with a Max of two values for its Add.</summary>
    internal static byte[] QuantizedModel() => OnnxBytes.Change(OnnxModelWriter.Write(SampleNetwork.Create()), static model => model.Graph.Node.First(static node => node.OpType == "Add").OpType = "Max");

    [Fact]
    public void Read_WithoutLeave_NamesTheNode()
    {
        Assert.Contains("node 'relu' (LeakyRelu): is not supported", Assert.Throws<ModelFormatException>(() => Read(FloatModel(), allowFallback: false)).Message, StringComparison.Ordinal);
        Assert.Contains("node 'block.add' (Max): is not supported", Assert.Throws<ModelFormatException>(() => Read(QuantizedModel(), allowFallback: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FloatModel_ComputesAsTheWholeModelDoes()
    {
        FloatNetwork network = Read(FloatModel(), allowFallback: true).FloatNetwork!;
        Assert.Equal("LeakyRelu", Assert.Single(network.Nodes.OfType<FloatOnnxNode>()).OperatorType);
        Tensor image = SampleNetwork.Images(network.InputShape);
        using var whole = new OnnxRuntimeSession(FloatModel());
        using var imported = new FloatGolden(network, [network.OutputName]);
        float[] expected = whole.Run(["softmax"], OnnxTensor.Create<float>("x", image.Float32, 1, 3, 12, 12))[0].Elements<float>().ToArray();
        Assert.All(expected.Zip(imported.Run(image)["softmax"].Float32.ToArray()), static pair => Assert.InRange(pair.First - pair.Second, -1e-5f, 1e-5f));
    }

    [Fact]
    public void Read_QuantizedModel_KeepsAllOtherCalls()
    {
        Network network = Read(QuantizedModel(), allowFallback: true).Network!;
        Network original = SampleNetwork.Create();
        Assert.Equal(original.Calls.Select(static call => call.Name), network.Calls.Select(static call => call.Name));
        OnnxFallbackCall call = Assert.Single(network.Calls.OfType<OnnxFallbackCall>());
        using var engine = new OnnxRuntimeGolden();
        Tensor left = SampleNetwork.Images(call.Inputs[0].Shape);
        Tensor right = Tensor.Create(call.Inputs[1].Shape, ElementType.Float32);
        Assert.Equal(left.Float32.ToArray().Select(static value => Math.Max(value, 0)), engine.Run(call, [left, right], ParameterDerivation.L1Norm).Float32.ToArray());
    }

    [Fact]
    public void Write_NetworkWithFallback_ImportsAgain()
    {
        Network network = Read(QuantizedModel(), allowFallback: true).Network!;
        Network again = Read(OnnxModelWriter.Write(network), allowFallback: true).Network!;
        Assert.Contains(again.Calls, static call => call is OnnxFallbackCall { OperatorType: "Max" });
    }

    // Constants go with the node, each once; what it leaves out stays left out.
    [Fact]
    public void Read_NodeWithConstants_TakesThemAlong()
    {
        byte[] model = ModelParts.Float(13, [2, 3, 5, 4], static graph =>
        {
            string limit = graph.AddScalar(0.4f);
            string clipped = graph.AddNode("Clip", [graph.AddNode("Relu", ["x"]), graph.AddScalar(0.1f), limit]);
            return graph.AddNode("Clip", [graph.AddNode("Pow", [clipped, limit]), "", graph.AddScalar(0.6f)]);
        });
        FloatNetwork network = Read(model, allowFallback: true).FloatNetwork!;
        FloatOnnxNode[] foreign = [.. network.Nodes.OfType<FloatOnnxNode>()];
        Assert.Equal(["Clip", "Pow", "Clip"], foreign.Select(static node => node.OperatorType));
        Assert.All(foreign, static node => Assert.Equal("TileProof", TileProof.Golden.Onnx.Schema.ModelProto.Parser.ParseFrom(node.Model).ProducerName));
        Tensor image = SampleNetwork.Images(network.InputShape);
        using var whole = new OnnxRuntimeSession(model);
        using var imported = new FloatGolden(network, [network.OutputName]);
        float[] expected = whole.Run([network.OutputName], OnnxTensor.Create<float>("x", image.Float32, 2, 3, 5, 4))[0].Elements<float>().ToArray();
        Assert.True(expected.Distinct().Count() > 3);
        Assert.Equal(expected, imported.Run(image)[network.OutputName].Float32.ToArray());
    }

    // ONNX Runtime tells the output's shape from a run on zeros: none are made that no network could hold.
    [Fact]
    public void Read_HugeInput_IsRefusedBeforeAnythingIsRun()
    {
        byte[] model = ModelParts.Float(13, [1, 3, 20000, 17000], static graph => graph.AddNode("LeakyRelu", ["x"]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<ModelFormatException>(() => Read(model, allowFallback: true)).Message;
        Assert.Contains("reads [1, 3, 20000, 17000], more than 1073741824 bytes; give the model a smaller input", message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 27);
    }

    [Fact]
    public void Read_NodeThatOnnxRuntimeRefuses_SaysSo()
    {
        byte[] model = OnnxBytes.Change(FloatModel(), static message => message.Graph.Node.First(static node => node.OpType == "LeakyRelu").OpType = "NoSuchOperator");
        Assert.Contains("node 'relu' (NoSuchOperator): ONNX Runtime refuses it: ", Assert.Throws<ModelFormatException>(() => Read(model, allowFallback: true)).Message, StringComparison.Ordinal);
    }

    private static ImportedModel Read(byte[] model, bool allowFallback) => OnnxModel.Read("m.onnx", model, folder: null, allowFallback: allowFallback);
}
