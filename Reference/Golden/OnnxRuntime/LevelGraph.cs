using TileProof.Golden.Onnx;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>The steps from a real number to an int8 level that quantize and the quantized rectifier share.</summary>
internal static class LevelGraph
{
    /// <summary>
    /// Adds <c>int8(round(limit(float(value * factor + zeroPoint))))</c>: limits of -128..127, ties to even. The level is that of
    /// a fused multiply-add, although ONNX has no such operator.
    /// </summary>
    /// <remarks>
    /// The product of two floats is exact in double. The sum rounds to double and again to float. That differs from one
    /// rounding only if the exact sum lies within half a unit in the last place (double) of the midpoint of two floats; it
    /// changes the level only if one of these floats is a tie k + 0.5 with |k + 0.5| below 128. The products for which
    /// both hold have one of twelve significands between 2^47 and 2^48, and none of the twelve is a product of two
    /// 24-bit significands. So the second rounding never shows.
    /// </remarks>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="value">A float32 value, not NaN.</param>
    /// <param name="factor">The float32 factor.</param>
    /// <param name="zeroPoint">The int8 code of real 0.</param>
    /// <param name="outputName">The name of the int8 result.</param>
    public static void AddFusedLevel(OnnxGraphBuilder graph, string value, float factor, int zeroPoint, string outputName)
    {
        string product = graph.AddNode("Mul", [graph.AddCast(value, OnnxElementType.Float64), graph.AddScalar((double)factor)]);
        string sum = graph.AddNode("Add", [product, graph.AddScalar((double)zeroPoint)]);
        string rounded = graph.AddNode("Round", [AddInt8Clip(graph, graph.AddCast(sum, OnnxElementType.Float32))]);
        graph.AddNamedNode(outputName, "Cast", [rounded], OnnxAttributeValue.Int("to", (long)OnnxElementType.Int8));
    }

    /// <summary>Adds a requantization, a sum or a product of levels.</summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="inputs">The int8 values.</param>
    /// <param name="call">What is computed.</param>
    public static void AddArithmetic(OnnxGraphBuilder graph, IReadOnlyList<string> inputs, LevelArithmeticCall call)
    {
        string[] reals = [.. inputs.Zip(call.Inputs, (input, value) =>
        {
            QuantizationParameters quantization = value.RequiredQuantization;
            string distance = graph.AddNode("Sub", [graph.AddCast(input, OnnxElementType.Float32), graph.AddScalar((float)quantization.ZeroPoint)]);
            return graph.AddNode("Mul", [distance, graph.AddScalar(quantization.Scale)]);
        })];
        string real = call.Operation switch
        {
            LevelOperation.Add => graph.AddNode("Add", [reals[0], reals[1]]),
            LevelOperation.Multiply => graph.AddNode("Mul", [reals[0], reals[1]]),
            _ => reals[0],
        };
        QuantizationParameters output = call.Output.RequiredQuantization;
        string steps = graph.AddNode("Round", [graph.AddNode("Mul", [real, graph.AddScalar(1.0f / output.Scale)])]);
        string level = AddInt8Clip(graph, graph.AddNode("Add", [steps, graph.AddScalar((float)output.ZeroPoint)]));
        graph.AddNamedNode(GraphNames.Output, "Cast", [level], OnnxAttributeValue.Int("to", (long)OnnxElementType.Int8));
    }

    /// <summary>Limits a float32 value to -128..127.</summary>
    public static string AddInt8Clip(OnnxGraphBuilder graph, string value) =>
        graph.AddNode("Clip", [value, graph.AddScalar((float)sbyte.MinValue), graph.AddScalar((float)sbyte.MaxValue)]);
}
