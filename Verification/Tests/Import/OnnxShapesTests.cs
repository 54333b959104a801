using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Networks;
using TileProof.Golden.Onnx;
using TileProof.Golden.Onnx.Schema;
using TileProof.Golden.OnnxRuntime;
using TileProof.Operators;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Our shape inference against the shapes that ONNX Runtime gives every value of a model.</summary>
public sealed class OnnxShapesTests
{
    public static TheoryData<string> Models => ["float", "qoperator", "qdq", "qdq-batch", "resnet18", "unusual"];

    public static TheoryData<int> OperatorSets => [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21];

    [Theory, MemberData(nameof(Models))]
    public void Infer_EveryValue_AsOnnxRuntime(string name) => AssertAsOnnxRuntime(ModelOf(name));

    [Theory, MemberData(nameof(OperatorSets))]
    public void Infer_EveryOperatorSet_AsOnnxRuntime(int operatorSet) => AssertAsOnnxRuntime(OnnxBytes.Change(OnnxModelTests.Classifier(), model =>
    {
        model.OpsetImport[0].Version = operatorSet;
        if (operatorSet < 18)
        {
            NodeProto mean = model.Graph.Node.First(static node => node.OpType == "ReduceMean");
            mean.Input.RemoveAt(1);
            mean.Attribute.Add(new AttributeProto { Name = "axes", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 2, 3 } });
        }
    }));

    private static byte[] ModelOf(string name) => name switch
    {
        "float" => OnnxModelTests.Classifier(),
        "qoperator" => OnnxModelTests.QOperator(),
        "qdq" => OnnxModelWriter.Write(SampleNetwork.Create()),
        "qdq-batch" => OnnxModelWriter.Write(SampleNetwork.Create(batch: 3, perChannel: true)),
        "resnet18" => OnnxModelWriter.Write(ResNetBuilder.Build(ResNetDescription.Find("resnet18"), TensorShape.FromNchw(2, 3, 37, 33))),
        _ => Unusual(),
    };

    // Forms that exporters write around a classifier's head.
    private static byte[] Unusual()
    {
        var graph = new OnnxGraphBuilder("unusual");
        graph.AddInput("x", OnnxElementType.Float32, 2, 6, 5, 7);
        string pooled = graph.AddNode("AveragePool", ["x"], OnnxAttributeValue.Ints("kernel_shape", 5, 7));
        string squeezed = graph.AddNode("Squeeze", [pooled, graph.AddInitializer<long>("squeezed", [3, -2], 2)]);
        string raised = graph.AddNode("Unsqueeze", [squeezed, graph.AddInitializer<long>("raised", [2, 3], 2)]);
        string shape = graph.AddNode("Shape", [raised]);
        string batch = graph.AddNode("Gather", [shape, graph.AddInitializer<long>("first", [0], 1)], OnnxAttributeValue.Int("axis", 0));
        string wanted = graph.AddNode("Concat", [batch, graph.AddInitializer<long>("rest", [-1], 1)], OnnxAttributeValue.Int("axis", 0));
        string rows = graph.AddNode("Reshape", [graph.AddNode("Dropout", [graph.AddNode("Identity", [raised])]), wanted]);
        string product = graph.AddNode(
            "Gemm",
            [rows, graph.AddInitializer<float>("w", new float[24], 4, 6), graph.AddInitializer<float>("b", new float[4], 4)],
            OnnxAttributeValue.Int("transB", 1));
        graph.AddNamedNode("y", "Softmax", [graph.AddCast(product, OnnxElementType.Float32)], OnnxAttributeValue.Int("axis", 1));
        graph.AddOutput("y", OnnxElementType.Float32);
        return OnnxBytes.Build(graph);
    }

    private static void AssertAsOnnxRuntime(byte[] model)
    {
        _ = OnnxModel.Read("m.onnx", model, folder: null);
        OnnxGraph graph = OnnxGraph.Read("m.onnx", model, folder: null);
        OnnxShapes shapes = OnnxShapes.Infer(graph, batch: 1, allowFallback: false);
        string[] values = [.. graph.Nodes.Select(static node => node.Output)];
        using var session = new OnnxRuntimeSession(OnnxBytes.Change(model, message =>
        {
            message.Graph.Output.Clear();
            message.Graph.Output.AddRange(values.Select(static value => new ValueInfoProto { Name = value }));
        }), optimization: OnnxRuntimeOptimization.None);
        int[] input = shapes[graph.Input.Name];
        OnnxTensor zeros = OnnxTensor.Create<float>(graph.Input.Name, new float[input.Aggregate(static (x, y) => x * y)], [.. input.Select(static extent => (long)extent)]);
        IReadOnlyList<OnnxTensor> outputs = session.Run(values, zeros);
        Assert.True(values.Length > 5);
        Assert.Equal(
            outputs.Select(static output => $"{output.Name} [{string.Join(", ", output.Dimensions.ToArray())}]"),
            values.Select(value => $"{value} [{string.Join(", ", shapes[value])}]"));
    }
}
