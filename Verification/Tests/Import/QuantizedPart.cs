using TileProof.Golden.Onnx;

namespace TileProof.Tests.Import;

/// <summary>An 8-bit value of a model with its scale and zero point.</summary>
internal sealed record QuantizedPart(string Name, string Scale, string ZeroPoint)
{
    /// <summary>Quantizes a real value.</summary>
    public static QuantizedPart Quantize(OnnxGraphBuilder graph, string real, float scale, int zeroPoint, bool isSigned = true)
    {
        QuantizedPart part = Parameters(graph, scale, zeroPoint, isSigned);
        return part with { Name = graph.AddNode("QuantizeLinear", [real, part.Scale, part.ZeroPoint]) };
    }

    /// <summary>Scale and zero point of a value that an operator of the QOperator form makes.</summary>
    public static QuantizedPart Parameters(OnnxGraphBuilder graph, float scale, int zeroPoint, bool isSigned = true) =>
        new("", graph.AddScalar(scale), isSigned ? graph.AddScalar((sbyte)zeroPoint) : graph.AddScalar((byte)zeroPoint));

    /// <summary>8-bit weights and what their DequantizeLinear node makes of them.</summary>
    public static string Weights<T>(OnnxGraphBuilder graph, T[] levels, float[] scales, T[] zeroPoints, long[] dimensions, params OnnxAttributeValue[] attributes)
        where T : unmanaged
    {
        bool isPerTensor = scales.Length == 1;
        string name = $"weight{levels.Length}";
        string scale = isPerTensor ? graph.AddScalar(scales[0]) : graph.AddInitializer<float>($"{name}.scale", scales, scales.Length);
        string zeroPoint = isPerTensor ? graph.AddScalar(zeroPoints[0]) : graph.AddInitializer<T>($"{name}.zero", zeroPoints, scales.Length);
        return graph.AddNode("DequantizeLinear", [graph.AddInitializer<T>(name, levels, dimensions), scale, zeroPoint], attributes);
    }

    /// <summary>The value as real numbers.</summary>
    public string Real(OnnxGraphBuilder graph) => graph.AddNode("DequantizeLinear", [Name, Scale, ZeroPoint]);
}
