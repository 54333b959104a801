using System.Globalization;
using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Import.Onnx.Rewrites;

/// <summary>A graph that rules change into forms that the importers know; the values that stay keep their names.</summary>
/// <remarks>The model itself stays as it is: it is run beside the imported network, so that a rule that changed a value would show.</remarks>
internal sealed class GraphEdit
{
    private readonly string path;
    private readonly OnnxExternalData externalData;
    private readonly Dictionary<string, TensorProto> tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxConstant?> constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NodeProto>> makers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NodeProto>> readers = new(StringComparer.Ordinal);
    private readonly HashSet<string> outputs;
    private int freshNames;

    /// <summary>Begins with a copy.</summary>
    /// <param name="path">The name of the file, for messages.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="operatorSet">Its operator set.</param>
    /// <param name="externalData">Where tensors lie beside it.</param>
    public GraphEdit(string path, GraphProto graph, int operatorSet, OnnxExternalData externalData)
    {
        this.path = path;
        OperatorSet = operatorSet;
        this.externalData = externalData;
        Graph = graph.Clone();
        foreach (TensorProto tensor in Graph.Initializer)
        {
            tensors.TryAdd(tensor.Name, tensor);
        }

        outputs = Graph.Output.Select(static output => output.Name).ToHashSet(StringComparer.Ordinal);
        foreach (NodeProto node in Graph.Node)
        {
            Note(node);
            if (node is { OpType: "Constant", Output.Count: 1 } && ValueOf(node) is { } value)
            {
                tensors.TryAdd(node.Output[0], value);
            }
        }
    }

    /// <summary>The operator set of ai.onnx.</summary>
    public int OperatorSet { get; }

    /// <summary>The graph as it is by now.</summary>
    public GraphProto Graph { get; }

    /// <summary>The tensor of a name; null where it is none, or not one that can be read.</summary>
    public OnnxConstant? Constant(string name)
    {
        if (!constants.TryGetValue(name, out OnnxConstant? constant))
        {
            constants.Add(name, constant = tensors.TryGetValue(name, out TensorProto? tensor) ? Read(tensor) : null);
        }

        return constant;
    }

    /// <summary>Adds a tensor, under its name.</summary>
    public void Add(TensorProto tensor)
    {
        Graph.Initializer.Add(tensor);
        tensors[tensor.Name] = tensor;
        constants.Remove(tensor.Name);
    }

    /// <summary>A name that nothing has.</summary>
    public string FreshName(string like)
    {
        string name;
        do
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{like}#rewritten{++freshNames}");
        }
        while (tensors.ContainsKey(name));

        return name;
    }

    /// <summary>The node that makes a value; null for none or several.</summary>
    public NodeProto? MakerOf(string value) => makers.GetValueOrDefault(value) is [var maker] ? maker : null;

    /// <summary>The nodes that read a value, each as often as it does.</summary>
    public IReadOnlyList<NodeProto> ReadersOf(string value) => readers.GetValueOrDefault(value) ?? [];

    /// <summary>Whether the graph gives a value out.</summary>
    public bool IsOutput(string value) => outputs.Contains(value);

    /// <summary>Whether one node alone reads a value, once, and the graph does not give it out.</summary>
    public bool IsReadOnce(string value) => ReadersOf(value).Count == 1 && !IsOutput(value);

    /// <summary>Takes a node out.</summary>
    public void Remove(NodeProto node)
    {
        Graph.Node.Remove(node);
        foreach (string output in node.Output)
        {
            makers[output].Remove(node);
        }

        foreach (string input in node.Input)
        {
            readers[input].Remove(node);
        }
    }

    /// <summary>Adds a node.</summary>
    public void Add(NodeProto node)
    {
        Graph.Node.Add(node);
        Note(node);
    }

    /// <summary>Lets a node make a value in place of its first one.</summary>
    public void Rename(NodeProto node, string output)
    {
        makers[node.Output[0]].Remove(node);
        node.Output[0] = output;
        ListOf(makers, output).Add(node);
    }

    /// <summary>Lets a node read another value; one more than it has inputs adds it.</summary>
    public void SetInput(NodeProto node, int index, string input)
    {
        if (index < node.Input.Count)
        {
            readers[node.Input[index]].Remove(node);
            node.Input[index] = input;
        }
        else
        {
            node.Input.Add(input);
        }

        ListOf(readers, input).Add(node);
    }

    /// <summary>The attributes of a node, checked for their type.</summary>
    public OnnxNode Read(NodeProto node) => new(path, node);

    private static List<NodeProto> ListOf(Dictionary<string, List<NodeProto>> lists, string value)
    {
        if (!lists.TryGetValue(value, out List<NodeProto>? list))
        {
            lists.Add(value, list = []);
        }

        return list;
    }

    private void Note(NodeProto node)
    {
        foreach (string output in node.Output)
        {
            ListOf(makers, output).Add(node);
        }

        foreach (string input in node.Input)
        {
            ListOf(readers, input).Add(node);
        }
    }

    private TensorProto? ValueOf(NodeProto node)
    {
        try
        {
            return OnnxGraph.ValueOf(Read(node));
        }
        catch (ModelFormatException)
        {
            // The importer reads it again and says what is wrong.
            return null;
        }
    }

    private OnnxConstant? Read(TensorProto tensor)
    {
        try
        {
            return OnnxConstant.Read(path, tensor, externalData);
        }
        catch (ModelFormatException)
        {
            // The importer reads it again and says what is wrong.
            return null;
        }
    }
}
