using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Onnx;
using static TileProof.Golden.Onnx.OnnxAttributeValue;

namespace TileProof.Tests.Import;

/// <summary>Every attribute and default of the float32 operators against ONNX Runtime on the same file, on shapes that are not square.</summary>
public sealed class OnnxFloatAttributeTests
{
    private static readonly int[] OperatorSets = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25];

    [Theory]
    [InlineData(2, 6, 9, 14, 3, 5, 1, "pads=1,1,1,1")]
    [InlineData(3, 6, 11, 8, 5, 2, 1, "pads=2,2,2,2 strides=3,3")]
    [InlineData(1, 6, 13, 9, 3, 2, 2, "dilations=2,2 pads=1,1,1,1 kernel_shape=3,2")]
    [InlineData(2, 6, 1, 17, 1, 4, 3, "pads=0,2,0,2 strides=2,2")]
    [InlineData(2, 6, 7, 12, 1, 1, 6, "")]
    [InlineData(2, 6, 8, 15, 2, 3, 1, "auto_pad=VALID strides=2,2")]
    [InlineData(1, 6, 9, 14, 3, 3, 1, "auto_pad=SAME_UPPER")]
    [InlineData(1, 6, 9, 13, 3, 3, 1, "auto_pad=SAME_LOWER strides=2,2")]
    [InlineData(1, 6, 9, 13, 3, 5, 1, "auto_pad=NOTSET")]
    public void Conv_EveryWindow_AsTheFile(int batch, int channels, int height, int width, int kernelHeight, int kernelWidth, int groups, string attributes)
    {
        OriginalFile.AssertAgrees(ModelParts.Float(17, [batch, channels, height, width], graph => graph.AddNode(
            "Conv",
            ["x", ModelParts.Weights(graph, "w", groups * 2, channels / groups, kernelHeight, kernelWidth), ModelParts.Weights(graph, "bias", groups * 2)],
            [Int("group", groups), .. Attributes(attributes)])));
    }

    [Theory]
    [InlineData("NOTSET", "pads=0,1,1")]
    [InlineData("NOTSET", "pads=0,-1,1,0")]
    [InlineData("NOTSET", "strides=2,0")]
    [InlineData("NOTSET", "dilations=9,9")]
    [InlineData("NOTSET", "kernel_shape=3,2")]
    [InlineData("NOTSET", "group=2")]
    public void Conv_WindowsWithoutCounterpart_Refused(string autoPad, string attributes) => AssertRefused(ModelParts.Float(17, [1, 4, 10, 8], graph => graph.AddNode(
        "Conv", ["x", ModelParts.Weights(graph, "w", 2, 4, 2, 3)], [Text("auto_pad", autoPad), .. Attributes(attributes)])));

    [Theory]
    [InlineData("kernel_shape=3,2 strides=2,2 pads=1,1,1,1")]
    [InlineData("kernel_shape=2,5")]
    [InlineData("kernel_shape=2,3 strides=3,3 dilations=1,1 ceil_mode=0 storage_order=0")]
    [InlineData("kernel_shape=3,3 auto_pad=SAME_LOWER")]
    [InlineData("kernel_shape=3,3 auto_pad=VALID strides=2,2")]
    [InlineData("kernel_shape=3,2 strides=1,3 pads=2,0,1,1")]
    [InlineData("kernel_shape=2,2 pads=0,0,1,1")]
    [InlineData("kernel_shape=3,3 strides=2,3 ceil_mode=1")]
    [InlineData("kernel_shape=2,3 strides=3,3 pads=1,1,0,0 ceil_mode=1 storage_order=1")]
    public void MaxPool_EveryWindow_AsTheFile(string attributes)
    {
        for (int batch = 1; batch <= 3; batch += 2)
        {
            OriginalFile.AssertAgrees(ModelParts.Float(12, [batch, 3, 11, 8], graph => graph.AddNode("MaxPool", ["x"], Attributes(attributes))));
        }
    }

    [Theory]
    [InlineData("axis=1")]
    [InlineData("axis=-1")]
    [InlineData("axis=2")]
    public void Concat_EveryAxis_AsTheFile(string attributes)
    {
        for (int batch = 1; batch <= 3; batch += 2)
        {
            OriginalFile.AssertAgrees(ModelParts.Float(13, [batch, 3, 11, 8], graph => graph.AddNode("Concat", ["x", graph.AddNode("Relu", ["x"]), "x"], Attributes(attributes))));
        }
    }

    [Fact]
    public void Concat_OfAConstantOrOtherExtents_Refused()
    {
        AssertRefused(ModelParts.Float(13, [1, 3, 11, 8], static graph => graph.AddNode("Concat", ["x", ModelParts.Weights(graph, "c", 1, 3, 11, 8)], Attributes("axis=1"))));
        AssertRefused(ModelParts.Float(13, [1, 3, 11, 8], static graph => graph.AddNode("Concat", ["x", graph.AddNode("MaxPool", ["x"], Attributes("kernel_shape=2,2"))], Attributes("axis=1"))));
        AssertRefused(ModelParts.Float(13, [1, 3, 11, 8], static graph => graph.AddNode("Concat", ["x", "x"], Attributes("axis=4"))));
    }

    [Theory]
    [InlineData("kernel_shape=3,3 dilations=2,2")]
    [InlineData("kernel_shape=2,2 pads=0,0,2,1")]
    [InlineData("strides=2,2")]
    public void MaxPool_FormsWithoutCounterpart_Refused(string attributes) =>
        AssertRefused(ModelParts.Float(12, [1, 3, 11, 8], graph => graph.AddNode("MaxPool", ["x"], Attributes(attributes))));

    [Fact]
    public void BatchNormalization_EpsilonStatedOrNot_AsTheFile()
    {
        foreach (string attributes in new[] { "", "epsilon=0.001", "epsilon=0.25 momentum=0.5", "training_mode=0" })
        {
            OriginalFile.AssertAgrees(ModelParts.Float(15, [2, 3, 7, 5], graph => graph.AddNode(
                "BatchNormalization",
                [
                    graph.AddNode("Conv", ["x", ModelParts.Weights(graph, "w", 4, 3, 1, 1), ModelParts.Weights(graph, "conv.bias", 4)]),
                    ModelParts.Weights(graph, "gamma", 4), ModelParts.Weights(graph, "the.offsets", 4), ModelParts.Weights(graph, "means", 4),
                    graph.AddInitializer<float>("variance", [1e-4f, 2e-5f, 0.5f, 3f], 4),
                ],
                Attributes(attributes))));
        }
    }

    [Fact]
    public void Mean_EveryForm_AsTheFile()
    {
        OriginalFile.AssertAgrees(ModelParts.Float(9, [2, 5, 7, 3], graph => graph.AddNode("GlobalAveragePool", ["x"])));
        OriginalFile.AssertAgrees(ModelParts.Float(11, [2, 5, 7, 3], graph => graph.AddNode("AveragePool", ["x"], Ints("kernel_shape", 7, 3))));
        OriginalFile.AssertAgrees(ModelParts.Float(19, [2, 5, 7, 3], graph =>
            graph.AddNode("AveragePool", ["x"], Ints("kernel_shape", 7, 3), Ints("pads", 0, 0, 0, 0), Int("count_include_pad", 1))));
        foreach (string attributes in new[] { "axes=2,3", "axes=-1,-2 keepdims=1", "axes=3,2 keepdims=0" })
        {
            OriginalFile.AssertAgrees(ModelParts.Float(13, [2, 5, 7, 3], graph => Head(graph, graph.AddNode("ReduceMean", ["x"], Attributes(attributes)), attributes)));
        }

        foreach (string attributes in new[] { "keepdims=0", "" })
        {
            OriginalFile.AssertAgrees(ModelParts.Float(18, [2, 5, 7, 3], graph =>
                Head(graph, graph.AddNode("ReduceMean", ["x", graph.AddInitializer<long>("axes", [-2, 3], 2)], Attributes(attributes)), attributes)));
        }

        // A matrix goes straight into the product; [N, C, 1, 1] does not, so that a wrong keepdims is seen.
        static string Head(OnnxGraphBuilder graph, string mean, string attributes) => graph.AddNode(
            "MatMul", [attributes.Contains("keepdims=0", StringComparison.Ordinal) ? mean : graph.AddNode("Flatten", [mean]), ModelParts.Weights(graph, "w", 5, 4)]);
    }

    [Fact]
    public void Mean_OfPartOfAPlane_Refused()
    {
        AssertRefused(ModelParts.Float(13, [1, 5, 7, 3], graph => graph.AddNode("ReduceMean", ["x"], Ints("axes", 1, 2))));
        AssertRefused(ModelParts.Float(13, [1, 5, 7, 3], graph => graph.AddNode("ReduceMean", ["x"])));
    }

    [Fact]
    public void Product_EveryForm_AsTheFile()
    {
        foreach (int batch in new[] { 1, 4 })
        {
            OriginalFile.AssertAgrees(Rows(batch, static (graph, rows) => graph.AddNode("Gemm", [rows, ModelParts.Weights(graph, "w", 24, 5)])));
            OriginalFile.AssertAgrees(Rows(batch, static (graph, rows) =>
                graph.AddNode("Gemm", [rows, ModelParts.Weights(graph, "w", 5, 24), ModelParts.Weights(graph, "bias", 5)], Attributes("transA=0 transB=1 alpha=1.0 beta=1.0"))));
            OriginalFile.AssertAgrees(Rows(batch, static (graph, rows) => graph.AddNode("Gemm", [rows, ModelParts.Weights(graph, "w", 24, 24)], Attributes("transB=1"))));
            OriginalFile.AssertAgrees(Rows(batch, static (graph, rows) => graph.AddNode("MatMul", [rows, ModelParts.Weights(graph, "w", 24, 24)])));
            OriginalFile.AssertAgrees(Rows(batch, static (graph, rows) =>
                graph.AddNode("Add", [graph.AddNode("MatMul", [rows, ModelParts.Weights(graph, "w", 24, 7)]), ModelParts.Weights(graph, "bias", 7)])));
            OriginalFile.AssertAgrees(Rows(batch, static (graph, rows) => graph.AddNode(
                "Add", [ModelParts.Weights(graph, "more", 3), graph.AddNode("Gemm", [rows, ModelParts.Weights(graph, "w", 24, 3), ModelParts.Weights(graph, "bias", 3)])])));
        }
    }

    [Theory]
    [InlineData("alpha=0.5")]
    [InlineData("beta=0.25 transB=0")]
    [InlineData("alpha=-1.5 beta=3.0")]
    public void Gemm_FactorsOfProductAndBias_AsTheFile(string attributes) => OriginalFile.AssertAgrees(Rows(
        3, (graph, rows) => graph.AddNode("Gemm", [rows, ModelParts.Weights(graph, "w", 24, 5), ModelParts.Weights(graph, "bias", 5)], Attributes(attributes))));

    [Theory]
    [InlineData("transA=1")]
    public void Gemm_FormsWithoutCounterpart_Refused(string attributes) => AssertRefused(Rows(
        24, (graph, rows) => graph.AddNode("Gemm", [rows, ModelParts.Weights(graph, "w", 24, 5), ModelParts.Weights(graph, "bias", 5)], Attributes(attributes))));

    [Fact]
    public void Softmax_DefaultAxisOfTheOperatorSet_AsTheFile()
    {
        foreach (int operatorSet in OperatorSets)
        {
            // Before set 13 the default axis is 1 and what follows is one row; since then it is the last axis.
            byte[] images = ModelParts.Float(operatorSet, [3, 7, 1, 1], static graph => graph.AddNode("Softmax", ["x"]));
            byte[] matrix = ModelParts.Float(operatorSet, [3, 7], static graph => graph.AddNode("Softmax", ["x"]));
            byte[] stated = ModelParts.Float(operatorSet, [3, 7], static graph => graph.AddNode("Softmax", ["x"], Int("axis", 1)));
            byte[] fromTheEnd = ModelParts.Float(operatorSet, [3, 7], static graph => graph.AddNode("Softmax", ["x"], Int("axis", -1)));
            Assert.All([matrix, stated, fromTheEnd], static model => OriginalFile.AssertAgrees(model));
            if (operatorSet < 13)
            {
                OriginalFile.AssertAgrees(images);
            }
            else
            {
                AssertRefused(images);
            }
        }

        AssertRefused(ModelParts.Float(13, [3, 7], static graph => graph.AddNode("Softmax", ["x"], Int("axis", 0))));
        AssertRefused(ModelParts.Float(13, [3, 7, 1, 2], static graph => graph.AddNode("Softmax", ["x"], Int("axis", 1))));
    }

    [Fact]
    public void ShapeChanges_EveryForm_AsTheFile()
    {
        Assert.All(
            new Func<OnnxGraphBuilder, string, string>[]
            {
                static (graph, value) => graph.AddNode("Flatten", [value]),
                static (graph, value) => graph.AddNode("Flatten", [value], Int("axis", 1)),
                static (graph, value) => Reshape(graph, value, [0, -1]),
                static (graph, value) => Reshape(graph, value, [3, 30]),
                static (graph, value) => Reshape(graph, value, [-1, 30]),
                static (graph, value) => Reshape(graph, value, [3, -1], Int("allowzero", 1)),
                static (graph, value) => Reshape(graph, Reshape(graph, value, [3, 0, -1]), [0, -1]),
                static (graph, value) => Reshape(graph, graph.AddNode("Dropout", [graph.AddNode("Identity", [graph.AddCast(value, OnnxElementType.Float32)])]), [0, -1], Int("allowzero", 0)),
            },
            static change => OriginalFile.AssertAgrees(ModelParts.Float(14, [3, 2, 3, 5], graph =>
                graph.AddNode("Gemm", [change(graph, graph.AddNode("Relu", ["x"])), ModelParts.Weights(graph, "w", 30, 4)]))));
        AssertRefused(ModelParts.Float(14, [3, 2, 3, 5], graph => Reshape(graph, "x", [0, 30], Int("allowzero", 1))));
        AssertRefused(ModelParts.Float(14, [3, 2, 3, 5], graph => Reshape(graph, "x", [0, 31])));
        AssertRefused(ModelParts.Float(14, [3, 2, 3, 5], graph => Reshape(graph, "x", [-1, -1])));
        AssertRefused(ModelParts.Float(14, [3, 2, 3, 5], graph => graph.AddNode("Flatten", ["x"], Int("axis", 2))));
    }

    [Fact]
    public void SqueezeAndUnsqueeze_AttributesOrInputs_AsTheFile()
    {
        Assert.All(
            new (int OperatorSet, Func<OnnxGraphBuilder, string, string> Change)[]
            {
                (11, static (graph, value) => graph.AddNode("Squeeze", [value])),
                (11, static (graph, value) => graph.AddNode("Squeeze", [value], Ints("axes", 2, 3))),
                (12, static (graph, value) => graph.AddNode("Squeeze", [graph.AddNode("Unsqueeze", [value], Ints("axes", 0, 3))], Ints("axes", -1, 0, 3, 4))),
                (13, static (graph, value) => graph.AddNode("Squeeze", [value, graph.AddInitializer<long>("axes", [-1, 2], 2)])),
                (13, static (graph, value) => graph.AddNode("Squeeze", [graph.AddNode("Unsqueeze", [value, graph.AddInitializer<long>("raised", [-2], 1)])])),
            },
            static form => OriginalFile.AssertAgrees(ModelParts.Float(form.OperatorSet, [3, 6, 4, 5], graph =>
                graph.AddNode("MatMul", [form.Change(graph, graph.AddNode("GlobalAveragePool", ["x"])), ModelParts.Weights(graph, "w", 6, 4)]))));
        AssertRefused(ModelParts.Float(11, [3, 6, 4, 5], static graph => graph.AddNode("Squeeze", ["x"], Ints("axes", 1))));
    }

    [Fact]
    public void ShapeComputation_EveryPart_AsTheFile()
    {
        Assert.All([0L, -4L], static index => OriginalFile.AssertAgrees(
            OnnxBytes.SetOpenBatch(ModelParts.Float(13, [3, 2, 3, 5], graph =>
            {
                string relu = graph.AddNode("Relu", ["x"]);
                string extent = graph.AddNode("Gather", [graph.AddNode("Shape", [relu]), graph.AddInitializer<long>("index", [index], 1)], Int("axis", 0));
                string wanted = graph.AddNode("Concat", [extent, graph.AddInitializer<long>("rest", [30], 1)], Int("axis", 0));
                return graph.AddNode("MatMul", [graph.AddNode("Reshape", [relu, wanted]), ModelParts.Weights(graph, "w", 30, 4)]);
            })),
            batch: 3));
    }

    private static byte[] Rows(int batch, Func<OnnxGraphBuilder, string, string> product) => ModelParts.Float(13, [batch, 24], graph => product(graph, "x"));

    private static string Reshape(OnnxGraphBuilder graph, string value, long[] shape, params OnnxAttributeValue[] attributes) =>
        graph.AddNode("Reshape", [value, graph.AddInitializer<long>($"shape{string.Join('_', shape)}", shape, shape.Length)], attributes);

    private static void AssertRefused(byte[] model) => Assert.Throws<ModelFormatException>(() => OnnxModel.Read("m.onnx", model, folder: null));

    /// <summary>Attributes from text: <c>name=1,2</c> is a list, <c>name=1</c> an integer, <c>name=1.5</c> a number, <c>name=A</c> a word.</summary>
    internal static OnnxAttributeValue[] Attributes(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static pair =>
    {
        string[] parts = pair.Split('=');
        bool isList = parts[0] is "pads" or "strides" or "dilations" or "kernel_shape" or "axes" or "perm";
        return isList ? Ints(parts[0], [.. parts[1].Split(',').Select(static item => long.Parse(item, System.Globalization.CultureInfo.InvariantCulture))])
            : parts[1].Contains('.', StringComparison.Ordinal) ? Float(parts[0], float.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture))
            : char.IsLetter(parts[1][0]) ? Text(parts[0], parts[1])
            : Int(parts[0], long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    })];
}
