using TileProof.Golden.Onnx;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>Mean over the elements of windows in the image: an exact sum by a convolution, times a constant that holds the factor of every position.</summary>
internal static class AveragePoolGraph
{
    public static void Add(OnnxGraphBuilder graph, string input, AveragePool2dCall call)
    {
        MaxPool2dShape shape = call.Shape;
        (QuantizationParameters from, QuantizationParameters to) = (call.Input.RequiredQuantization, call.Output.RequiredQuantization);

        // Real 0 is a distance of 0, and so is the padding: float sums of integers below 2^24 are exact in any order.
        string distance = graph.AddNode("Sub", [graph.AddCast(input, OnnxElementType.Float32), graph.AddScalar((float)from.ZeroPoint)]);
        float[] ones = new float[shape.Channels * shape.KernelHeight * shape.KernelWidth];
        Array.Fill(ones, 1f);
        string sum = graph.AddNode(
            "Conv",
            [distance, graph.AddInitializer<float>("ones", ones, shape.Channels, 1, shape.KernelHeight, shape.KernelWidth)],
            [.. FloatOperatorGraphs.WindowOf(shape), OnnxAttributeValue.Int("group", shape.Channels)]);
        string product = graph.AddNode("Mul", [sum, graph.AddInitializer<float>("factors", Factors(shape, from.Scale, to.Scale), 1, 1, shape.OutHeight, shape.OutWidth)]);
        string level = LevelGraph.AddInt8Clip(graph, graph.AddNode("Add", [graph.AddNode("Round", [product]), graph.AddScalar((float)to.ZeroPoint)]));
        graph.AddNamedNode(GraphNames.Output, "Cast", [level], OnnxAttributeValue.Int("to", (long)OnnxElementType.Int8));
    }

    /// <summary>[OH, OW]: the rows and columns of a window in the image multiply.</summary>
    private static float[] Factors(MaxPool2dShape shape, float inputScale, float outputScale)
    {
        int[] rows = Counts(shape.OutHeight, shape.StrideHeight, shape.PadTop, shape.KernelHeight, shape.InHeight);
        int[] columns = Counts(shape.OutWidth, shape.StrideWidth, shape.PadLeft, shape.KernelWidth, shape.InWidth);
        return [.. rows.SelectMany(row => columns.Select(column => (float)((double)inputScale / ((double)outputScale * (row * column)))))];
    }

    private static int[] Counts(int outputs, int stride, int padding, int kernel, int extent) =>
        [.. Enumerable.Range(0, outputs).Select(i => Enumerable.Range((i * stride) - padding, kernel).Count(at => at >= 0 && at < extent))];
}
