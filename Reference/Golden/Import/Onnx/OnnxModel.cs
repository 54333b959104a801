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
    /// <param name="openImage">Rows and columns of the input where the model leaves them open; null refuses such a model.</param>
    /// <exception cref="ModelFormatException">The file cannot be read, breaks the format, or holds an operator without counterpart.</exception>
    public static ImportedModel Read(string path, int batch = 1, bool allowFallback = false, (int Height, int Width)? openImage = null) =>
        Read(path, ModelFile.Read(path), Path.GetDirectoryName(Path.GetFullPath(path)), batch, allowFallback, openImage);

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="path">The name for messages.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="folder">Where external data lies; null refuses it.</param>
    /// <param name="batch">The batch where the model leaves it open.</param>
    /// <param name="allowFallback">Whether float32 operators without counterpart run in ONNX Runtime as part of the network.</param>
    /// <param name="openImage">Rows and columns of the input where the model leaves them open; null refuses such a model.</param>
    /// <exception cref="ModelFormatException">The bytes break the format, or hold an operator without counterpart.</exception>
    public static ImportedModel Read(string path, ReadOnlySpan<byte> file, string? folder, int batch = 1, bool allowFallback = false, (int Height, int Width)? openImage = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        OnnxGraph graph = OnnxGraph.Read(path, file, folder);
        OnnxShapes shapes = OnnxShapes.Infer(graph, batch, allowFallback, openImage: openImage);
        if (OnnxQuantizedImporter.IsQuantized(graph))
        {
            byte[] bytes = file.ToArray();
            var levels = new ChosenLevels(new Lazy<OriginalModel>(() => OriginalModel.Of(graph, shapes, bytes, new Dictionary<string, string>())));
            (Network network, IReadOnlyDictionary<string, string> names) = OnnxQuantizedImporter.Import(graph, shapes, levels);
            return ImportedModel.Of(network) with { Original = OriginalModel.Of(graph, shapes, bytes, names, levels.All) };
        }

        // A node of a float network is called after the value of the graph that it makes.
        FloatNetwork floatNetwork = OnnxFloatImporter.Import(graph, shapes);
        Dictionary<string, string> same = floatNetwork.Nodes.ToDictionary(static node => node.Name, static node => node.Name, StringComparer.Ordinal);
        return ImportedModel.Of(floatNetwork) with { Original = OriginalModel.Of(graph, shapes, file, same) };
    }

    /// <summary>Finds all nodes that stop an import.</summary>
    /// <param name="path">The name for messages.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="folder">Where external data lies; null refuses it.</param>
    /// <param name="batch">The batch where the model leaves it open.</param>
    /// <param name="tryFallback">Whether to pass over float32 nodes without counterpart as ONNX Runtime computes them, so that what reads them is judged too.</param>
    /// <param name="faults">Takes what is found.</param>
    /// <param name="openImage">Rows and columns of the input where the model leaves them open; null refuses such a model.</param>
    /// <returns>How many nodes the graph has.</returns>
    /// <exception cref="ModelFormatException">The graph as a whole cannot be read.</exception>
    internal static int Probe(string path, ReadOnlySpan<byte> file, string? folder, int batch, bool tryFallback, ImportFaults faults, (int Height, int Width)? openImage = null)
    {
        OnnxGraph graph = OnnxGraph.Read(path, file, folder);
        OnnxShapes shapes = OnnxShapes.Infer(graph, batch, tryFallback, faults, openImage);
        if (OnnxQuantizedImporter.IsQuantized(graph))
        {
            OnnxQuantizedImporter.Probe(graph, shapes, faults);
        }
        else
        {
            OnnxFloatImporter.Probe(graph, shapes, faults);
        }

        return graph.Nodes.Count;
    }
}
