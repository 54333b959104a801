using TileProof.Golden.Onnx;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>Golden graphs of quantize, dequantize and the quantized rectifier, bit for bit as the DSP rounds.</summary>
/// <remarks>Source: operator contract, sections 4a, 5 and 6a.</remarks>
internal static class QuantizationGraphs
{
    public static void AddQuantize(OnnxGraphBuilder graph, string input, QuantizePerTensorCall call)
    {
        QuantizationParameters quantization = call.Output.RequiredQuantization;
        float inverseScale = Math.Min(1.0f / quantization.Scale, float.MaxValue);
        LevelGraph.AddFusedLevel(graph, input, inverseScale, quantization.ZeroPoint, GraphNames.Output);
    }

    public static void AddDequantize(OnnxGraphBuilder graph, string input, DequantizePerTensorCall call)
    {
        QuantizationParameters quantization = call.Input.RequiredQuantization;
        graph.AddNamedNode(
            GraphNames.Output,
            "DequantizeLinear",
            [input, graph.AddScalar(quantization.Scale), graph.AddScalar((sbyte)quantization.ZeroPoint)]);
    }

    public static void AddRectify(OnnxGraphBuilder graph, string input, QuantizedReluCall call)
    {
        int inputZeroPoint = call.Input.RequiredQuantization.ZeroPoint;
        string distance = graph.AddNode("Sub", [graph.AddCast(input, OnnxElementType.Float32), graph.AddScalar((float)inputZeroPoint)]);
        float factor = MathF.ScaleB(call.OutputMultiplier, call.OutputShift - 31);
        LevelGraph.AddFusedLevel(graph, graph.AddNode("Relu", [distance]), factor, call.Output.RequiredQuantization.ZeroPoint, GraphNames.Output);
    }
}
