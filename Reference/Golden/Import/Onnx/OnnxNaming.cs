namespace TileProof.Golden.Import.Onnx;

/// <summary>Names of imported values.</summary>
internal static class OnnxNaming
{
    private const int LongestChain = 16;

    /// <summary>The name after the shape changes that alone read a value; the value's own name where there are none.</summary>
    public static string FinalName(OnnxGraph graph, string value)
    {
        for (int step = 0; step < LongestChain && graph.IsReadOnce(value) && ChangesShapeOf(graph.ReadersOf(value)[0], value); step++)
        {
            value = graph.ReadersOf(value)[0].Output;
        }

        return value;
    }

    /// <summary>Whether a node gives out its first input's elements unchanged and in order.</summary>
    public static bool IsShapeChange(OnnxNode node) =>
        node.OperatorType is "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze" or "Identity" or "Dropout" or "Cast";

    private static bool ChangesShapeOf(OnnxNode reader, string value) => IsShapeChange(reader) && reader.Inputs[0] == value;
}
