using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Import.Onnx.Rewrites;

/// <summary>The rules that take forms which exporters write to forms which the importers know, in the order in which they help each other.</summary>
internal static class GraphRules
{
    /// <summary>Applies all of them to a copy of a graph.</summary>
    /// <param name="path">The name of the file, for messages.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="externalData">Where tensors lie beside it.</param>
    /// <param name="pads">What rules for padding come to, by the value that a Conv makes; null for not known.</param>
    public static (GraphProto Graph, InputForm Input) Apply(string path, GraphProto graph, OnnxExternalData externalData, IReadOnlyDictionary<string, long[]>? pads)
    {
        var edit = new GraphEdit(path, graph, externalData);
        foreach (NodeProto conv in edit.Graph.Node.Where(static node => node.OpType is "Conv" or "QLinearConv" && node.Output.Count > 0))
        {
            if (pads?.GetValueOrDefault(conv.Output[0]) is { } known)
            {
                PadFolding.SetPads(conv, known);
            }
        }

        InputForm input = InputForm.Images;
        foreach (Action<GraphEdit> rule in (Action<GraphEdit>[])[all => input = InputForm.Apply(all), ConstantFolding.Apply, BiasFolding.Apply, PadFolding.Apply, WindowPadding.Apply])
        {
            try
            {
                rule(edit);
            }
            catch (Exception exception) when (exception is ModelFormatException or OverflowException)
            {
                // A node that the rule cannot read stays as it is, and the importer says what is wrong with it.
            }
        }

        return (edit.Graph, input);
    }
}
