using Microsoft.ML.OnnxRuntime;
using TileProof.Golden.Onnx;
using TileProof.Golden.OnnxRuntime;

namespace TileProof.Tests.Golden;

/// <summary>The model builder and the session that runs what it builds.</summary>
public sealed class OnnxRuntimeSessionTests
{
    [Fact]
    public void Run_TwoInputsAndTwoOutputs_AreMatchedByName()
    {
        var graph = new OnnxGraphBuilder("two");
        string a = graph.AddInput("a", OnnxElementType.Int8, 3);
        string b = graph.AddInput("b", OnnxElementType.UInt8, 3);
        string left = graph.AddCast(a, OnnxElementType.Int32);
        string right = graph.AddCast(b, OnnxElementType.Int32);
        graph.AddNamedNode("sum", "Add", [left, right]);
        graph.AddNamedNode("half", "Mul", [graph.AddCast(left, OnnxElementType.Float32), graph.AddScalar(0.5f)]);
        graph.AddOutput("sum", OnnxElementType.Int32, 3);
        graph.AddOutput("half", OnnxElementType.Float32, 3);
        using var session = new OnnxRuntimeSession(graph.Build(), threadCount: 1, OnnxRuntimeOptimization.None);

        IReadOnlyList<OnnxTensor> outputs = session.Run(
            ["half", "sum"], OnnxTensor.Create<byte>("b", [255, 1, 0], 3), OnnxTensor.Create<sbyte>("a", [-128, 5, 127], 3));

        Assert.Equal([-64f, 2.5f, 63.5f], outputs[0].Elements<float>());
        Assert.Equal([127, 6, 127], outputs[1].Elements<int>());
        Assert.Equal([3L], outputs[1].Dimensions);
        Assert.Throws<InvalidOperationException>(() => outputs[1].Elements<float>().Length);
    }

    [Fact]
    public void Create_ElementsAndDimensionsDisagree_AreRejected()
    {
        Assert.Throws<ArgumentException>(() => OnnxTensor.Create<int>("x", [1, 2, 3], 2, 2));
        Assert.Throws<ArgumentException>(() => new OnnxGraphBuilder("g").AddInitializer<int>("w", [1, 2, 3], 2, 2));
        Assert.Throws<NotSupportedException>(() => OnnxTensor.Create<short>("x", [1], 1));
    }

    [Fact]
    public void Session_ModelIsNotOnnx_IsRejected() =>
        Assert.ThrowsAny<OnnxRuntimeException>(() => new OnnxRuntimeSession([1, 2, 3]));
}
