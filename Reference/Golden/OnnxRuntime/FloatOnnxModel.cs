using TileProof.Golden.Networks;
using TileProof.Golden.Onnx;
using TileProof.Operators;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>Writes a <see cref="FloatNetwork"/> as an ONNX model.</summary>
public static class FloatOnnxModel
{
    /// <summary>The model file; value names are those of the network.</summary>
    /// <param name="network">Batch normalization is folded first where it is not.</param>
    /// <param name="outputNames">The values that the model gives out.</param>
    /// <exception cref="NotSupportedException">The network holds a node that has no ONNX rule here.</exception>
    public static byte[] Build(FloatNetwork network, IEnumerable<string> outputNames)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(outputNames);
        var graph = new OnnxGraphBuilder(network.Name);
        graph.AddInput(network.InputName, OnnxElementType.Float32, Dimensions(network.InputShape));
        foreach (FloatNode node in network.Nodes)
        {
            AddNode(graph, node);
        }

        foreach (string name in outputNames)
        {
            graph.AddOutput(name, OnnxElementType.Float32, Dimensions(network.ShapeOf(name)));
        }

        return graph.Build();
    }

    private static void AddNode(OnnxGraphBuilder graph, FloatNode node)
    {
        switch (node)
        {
            case FloatConv2d conv:
                AddConv(graph, conv.FoldBatchNorm());
                break;
            case FloatLinear linear:
                AddLinear(graph, linear);
                break;
            case FloatMaxPool2d pool:
                AddMaxPool(graph, pool);
                break;
            case FloatAveragePool2d pool:
                graph.AddNamedNode(pool.Name, "AveragePool", [pool.Inputs[0]], FloatOperatorGraphs.WindowOf(pool.Shape));
                break;
            case FloatPad pad:
                string pads = graph.AddInitializer<long>($"{pad.Name}.pads", [0, 0, pad.PadTop, pad.PadLeft, 0, 0, pad.PadBottom, pad.PadRight], 8);
                graph.AddNamedNode(pad.Name, "Pad", [pad.Inputs[0], pads]);
                break;
            case FloatRelu:
                graph.AddNamedNode(node.Name, "Relu", [node.Inputs[0]]);
                break;
            case FloatSlice slice:
                FloatOperatorGraphs.AddSlice(graph, slice.Name, slice.Inputs[0], slice.OutputShape, slice.Axis, slice.First);
                break;
            case FloatConcat concat:
                graph.AddNamedNode(concat.Name, "Concat", [.. concat.Inputs], OnnxAttributeValue.Int("axis", concat.Axis));
                break;
            case FloatAdd:
                graph.AddNamedNode(node.Name, "Add", [node.Inputs[0], node.Inputs[1]]);
                break;
            case FloatMean:
                graph.AddNamedNode(node.Name, "GlobalAveragePool", [node.Inputs[0]]);
                break;
            case FloatSoftmax:
                graph.AddNamedNode(node.Name, "Softmax", [node.Inputs[0]], OnnxAttributeValue.Int("axis", 1));
                break;
            case FloatOnnxNode fallback:
                graph.AddModel(node.Name, fallback.Model, node.Inputs);
                break;
            default:
                throw new NotSupportedException($"'{node.Name}' ({node.GetType().Name}) cannot be written as ONNX.");
        }
    }

    private static void AddConv(OnnxGraphBuilder graph, FloatConv2d conv)
    {
        Conv2dShape shape = conv.Shape;
        string name = conv.Clip is null ? conv.Name : $"{conv.Name}.unclipped";
        graph.AddNamedNode(
            name,
            "Conv",
            [
                conv.Inputs[0],
                graph.AddInitializer<float>($"{conv.Name}.weight", conv.Weights, Dimensions(shape.WeightShape())),
                graph.AddInitializer<float>($"{conv.Name}.bias", conv.Bias, conv.Bias.Length),
            ],
            OnnxAttributeValue.Ints("kernel_shape", shape.KernelHeight, shape.KernelWidth),
            OnnxAttributeValue.Ints("strides", shape.StrideHeight, shape.StrideWidth),
            OnnxAttributeValue.Ints("pads", shape.PadTop, shape.PadLeft, shape.PadBottom, shape.PadRight),
            OnnxAttributeValue.Ints("dilations", shape.DilationHeight, shape.DilationWidth),
            OnnxAttributeValue.Int("group", shape.Groups));
        if (conv.Clip is { } clip)
        {
            graph.AddNamedNode(conv.Name, "Clip", [name, graph.AddScalar(clip.Smallest), graph.AddScalar(clip.Largest)]);
        }
    }

    private static void AddMaxPool(OnnxGraphBuilder graph, FloatMaxPool2d pool) => graph.AddNamedNode(
        pool.Name,
        "MaxPool",
        [pool.Inputs[0]],
        FloatOperatorGraphs.WindowOf(pool.Shape));

    // Gemm works on matrices; the values of a network are [N, C, 1, 1].
    private static void AddLinear(OnnxGraphBuilder graph, FloatLinear linear)
    {
        string rows = graph.AddNode("Flatten", [linear.Inputs[0]], OnnxAttributeValue.Int("axis", 1));
        string product = graph.AddNode(
            "Gemm",
            [
                rows,
                graph.AddInitializer<float>($"{linear.Name}.weight", linear.Weights, linear.OutputFeatures, linear.InputFeatures),
                graph.AddInitializer<float>($"{linear.Name}.bias", linear.Bias, linear.Bias.Length),
            ],
            OnnxAttributeValue.Int("transB", 1));
        string shape = graph.AddInitializer<long>($"{linear.Name}.shape", [linear.OutputShape.Batch, linear.OutputFeatures, 1, 1], 4);
        graph.AddNamedNode(linear.Name, "Reshape", [product, shape]);
    }

    private static long[] Dimensions(TensorShape shape) => [shape.Batch, shape.Channels, shape.Height, shape.Width];
}
