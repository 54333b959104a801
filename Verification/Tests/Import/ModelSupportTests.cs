using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Export.Pte;
using TileProof.Golden.Import;
using TileProof.Golden.Onnx;
using TileProof.Golden.Onnx.Schema;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>All that stops an import is found, not only what comes first.</summary>
public sealed class ModelSupportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Of_SupportedFiles_NoObstacle()
    {
        Assert.Empty(Of(OnnxModelTests.Classifier()).Obstacles);
        Assert.Empty(Of(OnnxModelTests.QOperator()).Obstacles);
        Assert.Empty(Of(OnnxModelWriter.Write(SampleNetwork.Create())).Obstacles);
        Assert.Empty(Of(PteModelWriter.Write(SampleNetwork.Create())).Obstacles);
    }

    // First, middle and last node; those of one reason are one group, whatever is between them.
    [Fact]
    public void Of_FloatModel_EveryNodeInGroups()
    {
        ModelSupport support = Of(Chain("LeakyRelu", "Relu", "Sigmoid", "LeakyRelu", "Relu", "Elu"));
        Assert.Equal(["LeakyRelu 2", "Sigmoid 1", "Elu 1"], support.Obstacles.Select(static obstacle => $"{obstacle.OperatorType} {obstacle.Places.Count}"));
        Assert.All(support.Obstacles, static obstacle => Assert.Equal(("is not supported", "Relu", obstacle.Places.Count), (obstacle.Reason, obstacle.NearestForm, obstacle.RunInOnnxRuntime)));
        Assert.Equal((6, 0), (support.NodeCount, support.UnjudgedCount));
    }

    /// <summary>One node of a kind answers for all: what 5,000 nodes come to costs no session each.</summary>
    [Fact]
    public void Of_ThousandsOfNodesOfOneKind_OneIsTried()
    {
        ModelSupport support = Of(Chain([.. Enumerable.Repeat("Sigmoid", 5_000)]));
        ImportObstacle obstacle = Assert.Single(support.Obstacles);
        Assert.Equal((5_000, 5_000, 0, 0), (obstacle.Places.Count, obstacle.RunInOnnxRuntime, obstacle.UntriedCount, support.UnjudgedCount));
    }

    /// <summary>Of many unlike ones the first 64 kinds are tried; the others are counted as not tried, in the first, a middle and the last place of what follows.</summary>
    [Fact]
    public void Of_ThousandsOfUnlikeNodes_SomeAreTried()
    {
        ModelSupport support = Of(ModelParts.Float(13, [2, 3, 5, 4], static graph =>
        {
            string sum = "x";
            for (int i = 0; i < 1_000; i++)
            {
                string leaky = graph.AddNode("LeakyRelu", ["x"], OnnxAttributeValue.Float("alpha", i / 4096f));
                sum = i % 500 == 0 ? graph.AddNode("Add", [sum, leaky]) : graph.AddNode("Add", [leaky, sum]);
            }

            return sum;
        }));
        ImportObstacle obstacle = Assert.Single(support.Obstacles);
        Assert.Equal((1_000, 64, 936, 936), (obstacle.Places.Count, obstacle.RunInOnnxRuntime, obstacle.UntriedCount, support.UnjudgedCount));
    }

    // Shapes behind such a node are not known, with ONNX Runtime or without.
    [Theory]
    [InlineData(true, 2, 2)]
    [InlineData(false, 1, 4)]
    public void Of_BehindANodeOfUnknownShape_NotJudged(bool tryFallback, int obstacles, int unjudged)
    {
        ModelSupport support = Of(Chain("Sigmoid", "Relu", "NoSuchOperator", "Relu", "Relu"), tryFallback);
        Assert.Equal((obstacles, unjudged), (support.Obstacles.Count, support.UnjudgedCount));
        Assert.Equal(0, support.Obstacles[^1].RunInOnnxRuntime);
    }

    // A QuantizeLinear node states all that is to be known of its value, so the search goes on there.
    [Fact]
    public void Of_QuantizedModel_EveryConvolution()
    {
        int count = 0;
        ModelSupport support = Of(OnnxBytes.Change(OnnxModelWriter.Write(SampleNetwork.Create()), model =>
        {
            // A bias that is no constant.
            foreach (NodeProto node in model.Graph.Node.Where(static node => node.OpType == "Conv"))
            {
                node.Input[2] = node.Input[0];
                count++;
            }
        }));
        ImportObstacle obstacle = Assert.Single(support.Obstacles);
        Assert.True(count > 1);
        Assert.Equal(("Conv", count, 0), (obstacle.OperatorType, obstacle.Places.Count, obstacle.RunInOnnxRuntime));
        Assert.Equal(0, support.UnjudgedCount);
    }

    [Fact]
    public void Of_GraphAsAWhole_OneObstacleWithItsPlace()
    {
        ModelSupport support = Of(OnnxBytes.Change(Chain("LeakyRelu"), static model => model.Graph.Input[0].Type.TensorType.Shape.Dim[2] = new TensorShapeProto.Types.Dimension { DimParam = "H" }));
        ImportObstacle obstacle = Assert.Single(support.Obstacles);
        Assert.Equal(("", "dimension 2 is 'H'", "input 'x'"), (obstacle.OperatorType, obstacle.Reason, Assert.Single(obstacle.Places)));
        Assert.StartsWith("only the batch, rows and columns left open", obstacle.NearestForm, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static byte[] Chain(params string[] operators) => ModelParts.Float(
        13, [2, 3, 5, 4], graph => operators.Aggregate("x", (value, operatorType) => graph.AddNode(operatorType, [value])));

    private ModelSupport Of(byte[] model, bool tryFallback = true)
    {
        File.WriteAllBytes(folder["m"], model);
        return ModelSupport.Of(folder["m"], tryFallback: tryFallback);
    }
}
