using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Import.Onnx.Rewrites;

/// <summary>The rules that take forms which exporters write to forms which the importers know, in the order in which they help each other.</summary>
internal static class GraphRules
{
    /// <summary>Applies all of them to a copy of a graph.</summary>
    /// <param name="path">The name of the file, for messages.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="operatorSet">Its operator set.</param>
    /// <param name="externalData">Where tensors lie beside it.</param>
    public static (GraphProto Graph, InputForm Input) Apply(string path, GraphProto graph, int operatorSet, OnnxExternalData externalData)
    {
        var edit = new GraphEdit(path, graph, operatorSet, externalData);
        InputForm input = InputForm.Images;
        foreach (Action<GraphEdit> rule in (Action<GraphEdit>[])[all => input = InputForm.Apply(all), SumSplitting.Apply, ConstantFolding.Apply, LevelTransposition.Apply, BiasFolding.Apply, PadFolding.Apply])
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
