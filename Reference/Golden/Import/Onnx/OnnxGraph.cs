using System.Globalization;
using Google.Protobuf;
using TileProof.Golden.Import.Onnx.Rewrites;
using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Import.Onnx;

/// <summary>The part of a model that its outputs depend on: nodes in execution order, constants, one input, and one output or several.</summary>
internal sealed class OnnxGraph
{
    private const int OldestOperatorSet = 6;
    private const int NewestOperatorSet = 25;

    private readonly Dictionary<string, OnnxConstant> constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxNode> makers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<OnnxNode>> readers = new(StringComparer.Ordinal);

    private OnnxGraph(string path, GraphProto graph, int operatorSet)
    {
        Path = path;
        Name = graph.Name.Length > 0 ? graph.Name : "model";
        OperatorSet = operatorSet;
        foreach (ValueInfoProto input in graph.Input)
        {
            StatedInputs.Add(input);
        }

        Outputs = [.. graph.Output.Select(static output => output.Name)];
        if (Outputs.Count == 0 || Outputs.Any(string.IsNullOrEmpty) || Outputs.Distinct(StringComparer.Ordinal).Count() < Outputs.Count)
        {
            throw new ModelFormatException(path, "graph outputs", Text($"the graph has {graph.Output.Count} outputs, expected one or several with different names"));
        }
    }

    public string Path { get; }

    public string Name { get; }

    public int OperatorSet { get; }

    /// <summary>The nodes that an output depends on, each after those whose values it reads; constants are not among them.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; private set; } = [];

    public ValueInfoProto Input => StatedInputs.Where(input => !constants.ContainsKey(input.Name)).ToArray() is [ValueInfoProto input]
        ? input
        : throw new ModelFormatException(
            Path, "graph inputs", Text($"the graph has {StatedInputs.Count(input => !constants.ContainsKey(input.Name))} inputs without data, expected one; nearest supported form: weights and other parameters as initializers"));

    /// <summary>What the caller gets, in the order of the file.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>How the file's own input differs from <see cref="Input"/>.</summary>
    public InputForm InputForm { get; private init; } = InputForm.Images;

    /// <summary>What the nodes of the file make, before any rule changed them.</summary>
    public IReadOnlySet<string> ValuesInFile { get; private init; } = new HashSet<string>();

    private List<ValueInfoProto> StatedInputs { get; } = [];

    /// <summary>Reads and orders a model.</summary>
    /// <param name="path">The name for messages.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="folder">Where external data lies; null refuses it.</param>
    /// <exception cref="ModelFormatException">The bytes are no ONNX model, or the graph is cyclic, incomplete or of an unknown operator set.</exception>
    public static OnnxGraph Read(string path, ReadOnlySpan<byte> file, string? folder)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new ModelFormatException(path, "file", $"is not an ONNX model: {exception.Message}", exception);
        }

        if (model.Graph is null)
        {
            throw new ModelFormatException(path, "file", "has no graph, expected an ONNX model");
        }

        int operatorSet = OperatorSetOf(path, model);
        var externalData = new OnnxExternalData(path, folder);
        (GraphProto rewritten, InputForm input) = GraphRules.Apply(path, model.Graph, operatorSet, externalData);
        var graph = new OnnxGraph(path, rewritten, operatorSet)
        {
            InputForm = input,
            ValuesInFile = model.Graph.Node.SelectMany(static node => node.Output).ToHashSet(StringComparer.Ordinal),
        };
        graph.AddConstants(rewritten, externalData);
        graph.Order(rewritten);
        return graph;
    }

    public OnnxConstant? Constant(string value) => constants.GetValueOrDefault(value);

    /// <summary>The node that makes a value; null for an input or a constant.</summary>
    public OnnxNode? MakerOf(string value) => makers.GetValueOrDefault(value);

    /// <summary>The nodes that read a value, in execution order.</summary>
    public IReadOnlyList<OnnxNode> ReadersOf(string value) => readers.TryGetValue(value, out List<OnnxNode>? found) ? found : [];

    /// <summary>Whether one node alone reads the value, and it is no output.</summary>
    public bool IsReadOnce(string value) => !Outputs.Contains(value) && ReadersOf(value).Count == 1;

    private static int OperatorSetOf(string path, ModelProto model)
    {
        long version = model.OpsetImport.FirstOrDefault(static entry => entry.Domain is "" or "ai.onnx")?.Version ?? 0;
        return version is >= OldestOperatorSet and <= NewestOperatorSet
            ? (int)version
            : throw new ModelFormatException(path, "opset_import", Text($"the operator set is {version}, expected {OldestOperatorSet} to {NewestOperatorSet}"));
    }

    private void AddConstants(GraphProto graph, OnnxExternalData externalData)
    {
        foreach (TensorProto tensor in graph.Initializer)
        {
            AddConstant(tensor.Name, OnnxConstant.Read(Path, tensor, externalData));
        }

        foreach (NodeProto node in graph.Node.Where(static node => node.OpType == "Constant"))
        {
            if (node.Output.Count != 1)
            {
                throw new ModelFormatException(Path, $"node '{node.Name}' (Constant)", "has no output");
            }

            AddConstant(node.Output[0], OnnxConstant.Read(Path, ValueOf(new OnnxNode(Path, node)), externalData));
        }
    }

    /// <summary>The tensor of a Constant node.</summary>
    /// <exception cref="ModelFormatException">It states none.</exception>
    public static TensorProto ValueOf(OnnxNode node)
    {
        var tensor = new TensorProto { Name = node.Output };
        if (node.Tensor("value") is { } value)
        {
            tensor = value.Clone();
            tensor.Name = node.Output;
        }
        else if (node.HasAttribute("value_float"))
        {
            tensor.DataType = (int)TensorProto.Types.DataType.Float;
            tensor.FloatData.Add(node.Single("value_float", 0));
        }
        else if (node.HasAttribute("value_int"))
        {
            tensor.DataType = (int)TensorProto.Types.DataType.Int64;
            tensor.Int64Data.Add(node.Int("value_int", 0));
        }
        else if (node.HasAttribute("value_floats"))
        {
            tensor.DataType = (int)TensorProto.Types.DataType.Float;
            tensor.FloatData.AddRange(node.Floats("value_floats"));
            tensor.Dims.Add(tensor.FloatData.Count);
        }
        else if (node.HasAttribute("value_ints"))
        {
            tensor.DataType = (int)TensorProto.Types.DataType.Int64;
            tensor.Int64Data.AddRange(node.Ints("value_ints"));
            tensor.Dims.Add(tensor.Int64Data.Count);
        }
        else
        {
            throw node.Fault("has no value; nearest supported form: the attribute value, value_float, value_floats, value_int or value_ints");
        }

        return tensor;
    }

    private void AddConstant(string name, OnnxConstant constant)
    {
        if (!constants.TryAdd(name, constant))
        {
            throw new ModelFormatException(Path, $"initializer '{name}'", "is there twice");
        }
    }

    private void Order(GraphProto graph)
    {
        OnnxNode[] nodes = [.. graph.Node.Where(static node => node.OpType != "Constant").Select(node => new OnnxNode(Path, node))];
        foreach (OnnxNode node in nodes)
        {
            if (node.Outputs is not [{ Length: > 0 }, ..])
            {
                throw new ModelFormatException(Path, $"node ({node.OperatorType})", "has no output");
            }

            foreach (string output in node.Outputs.Where(static output => output.Length > 0))
            {
                if (constants.ContainsKey(output) || !makers.TryAdd(output, node))
                {
                    throw node.Fault($"makes '{output}', which something else makes too");
                }
            }
        }

        HashSet<OnnxNode> needed = Needed();
        Nodes = Sort([.. nodes.Where(needed.Contains)]);
        foreach (OnnxNode node in Nodes)
        {
            foreach (string input in node.Inputs.Distinct(StringComparer.Ordinal))
            {
                if (!readers.TryGetValue(input, out List<OnnxNode>? list))
                {
                    readers.Add(input, list = []);
                }

                list.Add(node);
            }
        }
    }

    private HashSet<OnnxNode> Needed()
    {
        HashSet<OnnxNode> needed = [.. Outputs.Select(output => makers.TryGetValue(output, out OnnxNode? last)
            ? last
            : throw new ModelFormatException(Path, "graph outputs", $"no node makes '{output}'"))];
        var open = new Stack<OnnxNode>(needed);
        while (open.TryPop(out OnnxNode? node))
        {
            foreach (string input in node.Inputs.Where(static input => input.Length > 0))
            {
                if (makers.TryGetValue(input, out OnnxNode? maker))
                {
                    if (needed.Add(maker))
                    {
                        open.Push(maker);
                    }
                }
                else if (!constants.ContainsKey(input) && StatedInputs.TrueForAll(stated => stated.Name != input))
                {
                    throw node.Fault($"reads '{input}', which nothing makes");
                }
            }
        }

        return needed;
    }

    // Keeps the file's order wherever it is already an execution order.
    private List<OnnxNode> Sort(IReadOnlyList<OnnxNode> nodes)
    {
        Dictionary<OnnxNode, int> positions = nodes.Select(static (node, position) => (node, position)).ToDictionary(static pair => pair.node, static pair => pair.position);
        var waiting = new int[nodes.Count];
        var followers = new List<int>[nodes.Count];
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (OnnxNode maker in nodes[i].Inputs.Where(makers.ContainsKey).Select(input => makers[input]).Distinct())
            {
                waiting[i]++;
                (followers[positions[maker]] ??= []).Add(i);
            }
        }

        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, nodes.Count).Where(i => waiting[i] == 0).Select(static i => (i, i)));
        var sorted = new List<OnnxNode>(nodes.Count);
        while (ready.TryDequeue(out int next, out _))
        {
            sorted.Add(nodes[next]);
            foreach (int follower in followers[next] ?? [])
            {
                if (--waiting[follower] == 0)
                {
                    ready.Enqueue(follower, follower);
                }
            }
        }

        return sorted.Count == nodes.Count
            ? sorted
            : throw nodes[Array.FindIndex(waiting, static count => count > 0)].Fault("reads its own result, directly or through others; expected a graph without cycles");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
