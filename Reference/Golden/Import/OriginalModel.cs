using Google.Protobuf;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Import.Onnx.Rewrites;
using TileProof.Golden.Onnx.Schema;
using TileProof.Operators;

namespace TileProof.Golden.Import;

/// <summary>The ONNX model that a network was imported from, to be run as it is.</summary>
public sealed class OriginalModel
{
    private readonly OnnxGraph graph;
    private readonly byte[] file;

    private OriginalModel(OnnxGraph graph, byte[] file, long[] inputDimensions, IReadOnlyDictionary<string, string> namesInFile)
    {
        this.graph = graph;
        this.file = file;
        InputDimensions = inputDimensions;
        NamesInFile = namesInFile;
    }

    /// <summary>The bytes of the file; data beside it is not among them.</summary>
    public ReadOnlyMemory<byte> File => file;

    /// <summary>The input without data.</summary>
    public string InputName => graph.Input.Name;

    /// <summary>The extents of the images, with the batch that was asked for; the file may take them in another order.</summary>
    public IReadOnlyList<long> InputDimensions { get; }

    /// <summary>How the file takes images.</summary>
    internal InputForm InputForm => graph.InputForm;

    /// <summary>The outputs, in the order of the file.</summary>
    public IReadOnlyList<string> OutputNames => graph.Outputs;

    /// <summary>For the values of the imported network that are values of the file too: their names in the file.</summary>
    public IReadOnlyDictionary<string, string> NamesInFile { get; }

    /// <summary>Whether every quantization states its zero point. ONNX Runtime's optimizer ends the process where one is left out.</summary>
    public bool MayBeOptimized => graph.Nodes.All(static node => node.OperatorType is not ("QuantizeLinear" or "DequantizeLinear") || node.HasInput(2));

    /// <summary>Levels that the import chose for values that the file leaves in real numbers, by name in the file: the range of the file's own values over seeded inputs.</summary>
    public IReadOnlyDictionary<string, QuantizationParameters> ChosenLevels { get; private init; } = new Dictionary<string, QuantizationParameters>();

    internal static OriginalModel Of(
        OnnxGraph graph, OnnxShapes shapes, ReadOnlySpan<byte> file, IReadOnlyDictionary<string, string> namesInFile, IReadOnlyDictionary<string, QuantizationParameters>? chosenLevels = null) =>
        new(graph, file.ToArray(), [.. shapes[graph.Input.Name].Select(static extent => (long)extent)], namesInFile.Where(pair => graph.ValuesInFile.Contains(pair.Value)).ToDictionary(StringComparer.Ordinal))
        {
            ChosenLevels = chosenLevels ?? new Dictionary<string, QuantizationParameters>(),
        };

    /// <summary>The model with more of its values as outputs, and with data of other files inside; the file's own bytes where nothing changes.</summary>
    /// <param name="values">Names of values in the file.</param>
    public byte[] WithOutputs(IEnumerable<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ModelProto model = ModelProto.Parser.ParseFrom(file);
        string[] added = [.. values.Except(model.Graph.Output.Select(static output => output.Name), StringComparer.Ordinal)];
        bool changed = added.Length > 0;
        model.Graph.Output.AddRange(added.Select(static name => new ValueInfoProto { Name = name }));
        for (int i = 0; i < model.Graph.Initializer.Count; i++)
        {
            if (IsExternal(model.Graph.Initializer[i]))
            {
                model.Graph.Initializer[i] = graph.Constant(model.Graph.Initializer[i].Name)!.ToTensor();
                changed = true;
            }
        }

        foreach (NodeProto node in model.Graph.Node.Where(static node => node.OpType == "Constant"))
        {
            foreach (AttributeProto attribute in node.Attribute.Where(static attribute => attribute.T is { } value && IsExternal(value)))
            {
                attribute.T = graph.Constant(node.Output[0])!.ToTensor();
                changed = true;
            }
        }

        return changed ? model.ToByteArray() : file;
    }

    private static bool IsExternal(TensorProto tensor) => tensor.DataLocation == TensorProto.Types.DataLocation.External;
}
