using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Golden.Import.Onnx;

/// <summary>Imports ONNX models of operator sets 6 to 25.</summary>
public static class OnnxModel
{
    /// <summary>Reads a file and, where tensors lie there, the files beside it.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="batch">The batch where the model leaves it open.</param>
    /// <param name="allowFallback">Whether float32 operators without counterpart run in ONNX Runtime as part of the network.</param>
    /// <exception cref="ModelFormatException">The file cannot be read, breaks the format, or holds an operator without counterpart.</exception>
    public static ImportedModel Read(string path, int batch = 1, bool allowFallback = false) =>
        Read(path, ModelFile.Read(path), Path.GetDirectoryName(Path.GetFullPath(path)), batch, allowFallback);

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="path">The name for messages.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="folder">Where external data lies; null refuses it.</param>
    /// <param name="batch">The batch where the model leaves it open.</param>
    /// <param name="allowFallback">Whether float32 operators without counterpart run in ONNX Runtime as part of the network.</param>
    /// <exception cref="ModelFormatException">The bytes break the format, or hold an operator without counterpart.</exception>
    public static ImportedModel Read(string path, ReadOnlySpan<byte> file, string? folder, int batch = 1, bool allowFallback = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        OnnxGraph graph = OnnxGraph.Read(path, file, folder);
        OnnxShapes shapes = OnnxShapes.Infer(graph, batch, allowFallback);
        if (shapes.UnlikePads.Count > 0)
        {
            // What the rules for padding come to is known now.
            graph = OnnxGraph.Read(path, file, folder, shapes.UnlikePads);
            shapes = OnnxShapes.Infer(graph, batch, allowFallback);
        }

        if (OnnxQuantizedImporter.IsQuantized(graph))
        {
            (Network network, IReadOnlyDictionary<string, string> names) = OnnxQuantizedImporter.Import(graph, shapes);
            return ImportedModel.Of(network) with { Original = OriginalModel.Of(graph, shapes, file, names) };
        }

        // A node of a float network is called after the value of the graph that it makes.
        FloatNetwork floatNetwork = OnnxFloatImporter.Import(graph, shapes);
        Dictionary<string, string> same = floatNetwork.Nodes.ToDictionary(static node => node.Name, static node => node.Name, StringComparer.Ordinal);
        return ImportedModel.Of(floatNetwork) with { Original = OriginalModel.Of(graph, shapes, file, same) };
    }
}
