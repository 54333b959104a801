using TileProof.Golden.Onnx;
using TileProof.Operators.Calls;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>The golden graph of a fully connected layer: an exact integer product, then the float requantization step by step.</summary>
/// <remarks>Source: operator contract, section 7a. Both sum and bias wrap modulo 2^32, like the hardware's.</remarks>
internal static class LinearGraph
{
    public static void Add(OnnxGraphBuilder graph, string input, QuantizedLinearCall call)
    {
        string rows = graph.AddNode(
            "Reshape", [input, graph.AddInitializer<long>("matrix_shape", [call.Input.Shape.Batch, call.InputFeatures], 2)]);
        string weights = graph.AddInitializer<byte>("weights", UnsignedBytes.Of(Transposed(call)), call.InputFeatures, call.OutputFeatures);
        string product = graph.AddNode(
            "MatMulInteger",
            [
                UnsignedBytes.AddFlip(graph, rows),
                weights,
                UnsignedBytes.AddZeroPoint(graph, call.Input.RequiredQuantization.ZeroPoint),
                UnsignedBytes.AddZeroPoint(graph, call.WeightZeroPoint),
            ]);
        string accumulator = graph.AddNode("Add", [product, graph.AddInitializer<int>("bias", call.Bias, call.OutputFeatures)]);
        float scale = MathF.ScaleB(call.OutputMultiplier, call.OutputShift - 31);
        string scaled = graph.AddNode("Mul", [graph.AddCast(accumulator, OnnxElementType.Float32), graph.AddScalar(scale)]);
        string level = graph.AddNode(
            "Add", [graph.AddNode("Round", [scaled]), graph.AddScalar((float)call.Output.RequiredQuantization.ZeroPoint)]);
        string bytes = graph.AddCast(LevelGraph.AddInt8Clip(graph, level), OnnxElementType.Int8);
        graph.AddNamedNode(
            GraphNames.Output, "Reshape", [bytes, graph.AddInitializer<long>("output_shape", GraphNames.DimensionsOf(call.Output.Shape), 4)]);
    }

    /// <summary>The weights as <c>[K, M]</c>.</summary>
    private static sbyte[] Transposed(QuantizedLinearCall call)
    {
        var transposed = new sbyte[call.Weights.Length];
        for (int i = 0; i < transposed.Length; i++)
        {
            (int k, int m) = Math.DivRem(i, call.OutputFeatures);
            transposed[i] = call.Weights[(m * call.InputFeatures) + k];
        }

        return transposed;
    }
}
