using TileProof.Golden.Onnx;
using TileProof.Operators;
using TileProof.Operators.Calls;

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

    public static void AddMaxPool2d(OnnxGraphBuilder graph, string input, MaxPool2dCall call)
    {
        if (call.Input.ElementType == ElementType.Int8)
        {
            graph.AddNamedNode(GraphNames.Output, "MaxPool", [input], WindowOf(call.Shape));
            return;
        }

        // The DSP's maximum starts at -FLT_MAX, so negative infinity never leaves it.
        graph.AddNamedNode(GraphNames.Output, "Max", [graph.AddNode("MaxPool", [input], WindowOf(call.Shape)), graph.AddScalar(float.MinValue)]);
    }

    /// <summary>The window of a max pooling as attributes of its node.</summary>
    public static OnnxAttributeValue[] WindowOf(MaxPool2dShape shape) =>
    [
        OnnxAttributeValue.Ints("kernel_shape", shape.KernelHeight, shape.KernelWidth),
        OnnxAttributeValue.Ints("strides", shape.StrideHeight, shape.StrideWidth),
        OnnxAttributeValue.Ints("pads", shape.PadTop, shape.PadLeft, shape.Window.PadBottom, shape.Window.PadRight),
    ];

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

    /// <summary>Consecutive indices of an axis, of either type.</summary>
    public static void AddSlice(OnnxGraphBuilder graph, string outputName, string input, SliceCall call) => AddSlice(graph, outputName, input, call.Output.Shape, call.Axis, call.First);

    /// <summary>As many indices of an axis as the output has.</summary>
    public static void AddSlice(OnnxGraphBuilder graph, string outputName, string input, TensorShape output, int axis, int first)
    {
        int count = axis switch { 0 => output.Batch, 1 => output.Channels, 2 => output.Height, _ => output.Width };
        string Bound(string name, long value) => graph.AddInitializer<long>($"{outputName}.{name}", [value], 1);
        graph.AddNamedNode(outputName, "Slice", [input, Bound("first", first), Bound("end", first + count), Bound("axis", axis)]);
    }
}
