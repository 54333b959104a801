using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>A float32 network: nodes in execution order, one input, and one output or several.</summary>
public sealed class FloatNetwork
{
    private readonly Dictionary<string, TensorShape> shapes;

    /// <summary>Makes a network and checks that every node reads values made before it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="inputName">The name of the value that the caller supplies.</param>
    /// <param name="inputShape"><c>[N, C, H, W]</c>.</param>
    /// <param name="nodes">The nodes in execution order.</param>
    /// <param name="outputNames">The values that the caller gets; null for the one that the last node makes.</param>
    /// <exception cref="ArgumentException">There is no node, a name is used twice, a node reads an unknown value, or no node makes an output.</exception>
    public FloatNetwork(string name, string inputName, TensorShape inputShape, IReadOnlyList<FloatNode> nodes, IReadOnlyList<string>? outputNames = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(inputName);
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfZero(nodes.Count);
        shapes = new Dictionary<string, TensorShape>(StringComparer.Ordinal) { [inputName] = inputShape };
        foreach (FloatNode node in nodes)
        {
            if (node.Inputs.FirstOrDefault(value => !shapes.ContainsKey(value)) is { } unknown)
            {
                throw new ArgumentException($"Node '{node.Name}' reads '{unknown}' before it is made.", nameof(nodes));
            }

            if (!shapes.TryAdd(node.Name, node.OutputShape))
            {
                throw new ArgumentException($"Two values are named '{node.Name}'.", nameof(nodes));
            }
        }

        OutputNames = outputNames ?? [nodes[^1].Name];
        if (OutputNames.Count == 0 || OutputNames.FirstOrDefault(output => output == inputName || !shapes.ContainsKey(output)) is not null)
        {
            throw new ArgumentException($"The outputs of '{name}' are not values that its nodes make.", nameof(outputNames));
        }

        Name = name;
        InputName = inputName;
        InputShape = inputShape;
        Nodes = nodes;
    }

    /// <summary>The name, such as <c>resnet18</c>.</summary>
    public string Name { get; }

    /// <summary>The name of the value that the caller supplies.</summary>
    public string InputName { get; }

    /// <summary><c>[N, C, H, W]</c> of the input.</summary>
    public TensorShape InputShape { get; }

    /// <summary>The nodes in execution order.</summary>
    public IReadOnlyList<FloatNode> Nodes { get; }

    /// <summary>The names of the values that the caller gets, in its order.</summary>
    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>The last of them that a node makes: of most networks the only one.</summary>
    public string OutputName => Nodes.Last(node => OutputNames.Contains(node.Name)).Name;

    /// <summary>The input and every node's value, in execution order.</summary>
    public IEnumerable<string> ValueNames => Nodes.Select(node => node.Name).Prepend(InputName);

    /// <summary>The shape of a value.</summary>
    /// <exception cref="KeyNotFoundException">The network has no such value.</exception>
    public TensorShape ShapeOf(string valueName) => shapes[valueName];

    /// <summary>The same network for another number of images; weights are shared.</summary>
    public FloatNetwork WithBatch(int batch) => batch == InputShape.Batch
        ? this
        : new FloatNetwork(
            Name, InputName, InputShape.WithBatch(batch), [.. Nodes.Select(node => node with { OutputShape = node.OutputShape.WithBatch(batch) })], OutputNames);

    /// <summary>Whether a node was made for this batch and no other.</summary>
    public bool IsBatchFixed => Nodes.Any(static node => node is FloatOnnxNode);

    /// <summary>The network that a calibration runs: one image at a time where the nodes allow it.</summary>
    public FloatNetwork CalibrationForm => IsBatchFixed ? this : WithBatch(1);

    /// <summary>The same function with every batch normalization folded into its convolution.</summary>
    public FloatNetwork FoldBatchNorm() => new(
        Name, InputName, InputShape, [.. Nodes.Select(node => node is FloatConv2d conv ? conv.FoldBatchNorm() : node)], OutputNames);
}
