using TileProof.Golden.Onnx;
using TileProof.Golden.Onnx.Schema;

namespace TileProof.Tests.Import;

/// <summary>Small models of one input <c>x</c> and one output <c>y</c>, with constants that depend on their name and size only.</summary>
internal static class ModelParts
{
    /// <summary>A float32 model of an operator set; what the body returns is the output.</summary>
    public static byte[] Float(int operatorSet, long[] input, Func<OnnxGraphBuilder, string> body)
    {
        var graph = new OnnxGraphBuilder("parts");
        graph.AddInput("x", OnnxElementType.Float32, input);
        graph.AddOutput(body(graph), OnnxElementType.Float32);
        return Finish(OnnxBytes.Build(graph), operatorSet);
    }

    /// <summary>A quantized model; what the body makes of the quantized input is dequantized as the output.</summary>
    public static byte[] Quantized(int operatorSet, long[] input, Func<OnnxGraphBuilder, QuantizedPart, QuantizedPart> body, bool isSigned = true)
    {
        var graph = new OnnxGraphBuilder("parts");
        graph.AddInput("x", OnnxElementType.Float32, input);
        QuantizedPart last = body(graph, QuantizedPart.Quantize(graph, "x", 0.021f, isSigned ? -7 : 121, isSigned));
        graph.AddOutput(last.Real(graph), OnnxElementType.Float32);
        return Finish(OnnxBytes.Build(graph), operatorSet);
    }

    /// <summary>float32 numbers between -1 and 1, a third of them negative.</summary>
    public static string Weights(OnnxGraphBuilder graph, string name, params long[] dimensions)
    {
        float[] elements = [.. Enumerable.Range(0, Count(dimensions)).Select(i => (((i * 37) + (name.Length * 11)) % 101 / 75f) - 0.4f)];
        return graph.AddInitializer<float>(name, elements, dimensions);
    }

    /// <summary>int8 levels from -127 to 127.</summary>
    public static sbyte[] Levels(params long[] dimensions) => [.. Enumerable.Range(0, Count(dimensions)).Select(static i => (sbyte)((i * 89 % 255) - 127))];

    /// <summary>The levels as uint8, moved by 128.</summary>
    public static byte[] Unsigned(sbyte[] levels) => Array.ConvertAll(levels, static level => (byte)(level + 128));

    private static int Count(long[] dimensions) => (int)dimensions.Aggregate(1L, static (product, extent) => product * extent);

    private static byte[] Finish(byte[] model, int operatorSet) => OnnxBytes.Change(model, message =>
    {
        message.OpsetImport[0].Version = operatorSet;
        message.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        foreach (NodeProto node in message.Graph.Node.Where(static node => node.OpType is "QGemm" or "QLinearAdd" or "QLinearMul" or "QLinearConcat" or "QLinearAveragePool" or "QLinearGlobalAveragePool"))
        {
            node.Domain = "com.microsoft";
        }
    });
}
