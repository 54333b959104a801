using TileProof.Golden.Onnx;
using TileProof.Operators;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>Golden graphs of the float32 operators.</summary>
/// <remarks>
/// Pooling, sum and mean are exact: a mean is written in the DSP's order of addition (operator contract, section 3a).
/// Softmax is ONNX Runtime's own operator with its own exponential, so it is comparable within a few units in the last place only.
/// </remarks>
internal static class FloatOperatorGraphs
{
    private const int HeightAxis = 2;
    private const int WidthAxis = 3;

    public static void AddMaxPool2d(OnnxGraphBuilder graph, string input, MaxPool2dShape shape)
    {
        string maximum = graph.AddNode(
            "MaxPool",
            [input],
            OnnxAttributeValue.Ints("kernel_shape", shape.KernelHeight, shape.KernelWidth),
            OnnxAttributeValue.Ints("pads", shape.Padding, shape.Padding, shape.Padding, shape.Padding),
            OnnxAttributeValue.Ints("strides", shape.Stride, shape.Stride));

        // The DSP's maximum starts at -FLT_MAX, so negative infinity never leaves it.
        graph.AddNamedNode(GraphNames.Output, "Max", [maximum, graph.AddScalar(float.MinValue)]);
    }

    public static void AddMean(OnnxGraphBuilder graph, string input, TensorShape shape)
    {
        if (shape is { Height: 2, Width: 2 })
        {
            // Sums of two have one rounding each: (x0 + x1) + (x2 + x3).
            string sum = AddReduceSum(graph, AddReduceSum(graph, input, WidthAxis), HeightAxis);
            graph.AddNamedNode(GraphNames.Output, "Mul", [sum, graph.AddScalar(0.25f)]);
            return;
        }

        // CumSum adds in memory order by definition; its last element is the sequential sum.
        string planes = graph.AddNode(
            "Reshape", [input, graph.AddInitializer<long>("plane_shape", [shape.Batch, shape.Channels, shape.PlaneElementCount, 1], 4)]);
        string sums = graph.AddNode("CumSum", [planes, graph.AddScalar(HeightAxis)]);
        string last = graph.AddNode(
            "Gather", [sums, graph.AddInitializer<long>("last_element", [shape.PlaneElementCount - 1], 1)], OnnxAttributeValue.Int("axis", HeightAxis));
        graph.AddNamedNode(GraphNames.Output, "Div", [last, graph.AddScalar((float)shape.PlaneElementCount)]);
    }

    public static void AddSum(OnnxGraphBuilder graph, string left, string right) =>
        graph.AddNamedNode(GraphNames.Output, "Add", [left, right]);

    public static void AddSoftmax(OnnxGraphBuilder graph, string input) =>
        graph.AddNamedNode(GraphNames.Output, "Softmax", [input], OnnxAttributeValue.Int("axis", 1));

    private static string AddReduceSum(OnnxGraphBuilder graph, string input, int axis) =>
        graph.AddNode("ReduceSum", [input, graph.AddInitializer<long>($"axis_{axis}", [axis], 1)]);
}
