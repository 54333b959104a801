using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Onnx;

/// <summary>Builds an ONNX model node by node, in execution order.</summary>
/// <remarks>
/// Writes IR version 8, and operator set 18 unless it takes in a model of another one. Every method that makes a value returns its name, so that calls nest as the
/// expression they stand for. Initializers are stored as raw little-endian bytes.
/// </remarks>
public sealed class OnnxGraphBuilder
{
    private const int IrVersion = 8;

    private long operatorSetVersion = 18;

    private readonly GraphProto graph;
    private int unnamedValueCount;

    /// <summary>Starts an empty graph.</summary>
    /// <param name="graphName">The name that runtimes print in their messages.</param>
    public OnnxGraphBuilder(string graphName)
    {
        ArgumentException.ThrowIfNullOrEmpty(graphName);
        graph = new GraphProto { Name = graphName };
    }

    /// <summary>Declares an input of the graph.</summary>
    /// <returns><paramref name="name"/>.</returns>
    public string AddInput(string name, OnnxElementType elementType, params ReadOnlySpan<long> dimensions)
    {
        graph.Input.Add(Describe(name, elementType, dimensions));
        return name;
    }

    /// <summary>Declares a value made by a node as an output of the graph.</summary>
    public void AddOutput(string name, OnnxElementType elementType, params ReadOnlySpan<long> dimensions) =>
        graph.Output.Add(Describe(name, elementType, dimensions));

    /// <summary>Adds a constant tensor.</summary>
    /// <typeparam name="T">sbyte, byte, int, long, float or double.</typeparam>
    /// <param name="name">The value's name.</param>
    /// <param name="elements">The elements, row-major.</param>
    /// <param name="dimensions">The extents; none makes a scalar.</param>
    /// <returns><paramref name="name"/>.</returns>
    /// <exception cref="ArgumentException">The element count does not match the dimensions.</exception>
    public string AddInitializer<T>(string name, ReadOnlySpan<T> elements, params ReadOnlySpan<long> dimensions)
        where T : unmanaged
    {
        long expectedCount = 1;
        var tensor = new TensorProto { Name = name, DataType = (int)OnnxElementTypes.Of<T>() };
        foreach (long dimension in dimensions)
        {
            tensor.Dims.Add(dimension);
            expectedCount *= dimension;
        }

        if (expectedCount != elements.Length)
        {
            throw new ArgumentException($"The initializer '{name}' takes {expectedCount} elements, not {elements.Length}.", nameof(elements));
        }

        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(elements));
        graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>Adds an unnamed scalar constant.</summary>
    /// <returns>The name given to it.</returns>
    public string AddScalar<T>(T value)
        where T : unmanaged => AddInitializer<T>(NextName("constant"), [value]);

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operatorType">The ONNX operator, such as <c>ConvInteger</c>.</param>
    /// <param name="inputs">Names of values; an empty name leaves an optional input out.</param>
    /// <param name="attributes">The attributes that differ from the operator's defaults.</param>
    /// <returns>The name given to the output.</returns>
    public string AddNode(string operatorType, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttributeValue> attributes) =>
        AddNamedNode(NextName(operatorType), operatorType, inputs, attributes);

    /// <summary>Adds a node whose one output has a name of the caller's choice, as graph outputs need.</summary>
    /// <returns><paramref name="outputName"/>.</returns>
    public string AddNamedNode(string outputName, string operatorType, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttributeValue> attributes) =>
        AddNamedNode(outputName, outputName, operatorType, inputs, attributes);

    /// <summary>Adds a node that has another name than its one output.</summary>
    /// <returns><paramref name="outputName"/>.</returns>
    public string AddNamedNode(
        string nodeName, string outputName, string operatorType, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttributeValue> attributes)
    {
        var node = new NodeProto { Name = nodeName, OpType = operatorType };
        node.Input.AddRange(inputs.ToArray());
        node.Output.Add(outputName);
        foreach (OnnxAttributeValue attribute in attributes)
        {
            node.Attribute.Add(attribute.Proto);
        }

        graph.Node.Add(node);
        return outputName;
    }

    /// <summary>Gives the node that was added last a text for readers.</summary>
    public void Describe(string text) => graph.Node[^1].DocString = text;

    /// <summary>Adds the nodes of a whole model under names of their own; the graph takes over its operator set.</summary>
    /// <param name="outputName">What the model's only output is called here.</param>
    /// <param name="model">A model file.</param>
    /// <param name="inputs">The values that its inputs stand for, in their order.</param>
    internal string AddModel(string outputName, byte[] model, IReadOnlyList<string> inputs)
    {
        ModelProto added = ModelProto.Parser.ParseFrom(model);
        operatorSetVersion = added.OpsetImport[0].Version;
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [added.Graph.Output[0].Name] = outputName, [string.Empty] = string.Empty };
        for (int i = 0; i < inputs.Count; i++)
        {
            names.Add(added.Graph.Input[i].Name, inputs[i]);
        }

        string NameHere(string name) => names.TryGetValue(name, out string? here) ? here : $"{outputName}/{name}";
        foreach (TensorProto initializer in added.Graph.Initializer)
        {
            initializer.Name = NameHere(initializer.Name);
            graph.Initializer.Add(initializer);
        }

        foreach (NodeProto node in added.Graph.Node)
        {
            var copy = new NodeProto(node) { Name = $"{outputName}/{node.Name}" };
            copy.Input.Clear();
            copy.Input.AddRange(node.Input.Select(NameHere));
            copy.Output.Clear();
            copy.Output.AddRange(node.Output.Select(NameHere));
            graph.Node.Add(copy);
        }

        return outputName;
    }

    /// <summary>Casts a value to another element type.</summary>
    /// <returns>The name given to the result.</returns>
    public string AddCast(string input, OnnxElementType elementType) =>
        AddNode("Cast", [input], OnnxAttributeValue.Int("to", (long)elementType));

    /// <summary>The model file.</summary>
    public byte[] Build()
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "TileProof", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = operatorSetVersion });
        return model.ToByteArray();
    }

    private static ValueInfoProto Describe(string name, OnnxElementType elementType, ReadOnlySpan<long> dimensions)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var shape = new TensorShapeProto();
        foreach (long dimension in dimensions)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dimension });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)elementType, Shape = shape } },
        };
    }

    private string NextName(string stem) => string.Create(CultureInfo.InvariantCulture, $"{stem}_{unnamedValueCount++}");
}
