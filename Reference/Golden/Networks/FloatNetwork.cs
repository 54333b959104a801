using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>A float32 network: nodes in execution order, one input, and the last node's value as output.</summary>
public sealed class FloatNetwork
{
    private readonly Dictionary<string, TensorShape> shapes;

    /// <summary>Makes a network and checks that every node reads values made before it.</summary>
    /// <exception cref="ArgumentException">There is no node, a name is used twice, or a node reads an unknown value.</exception>
    public FloatNetwork(string name, string inputName, TensorShape inputShape, IReadOnlyList<FloatNode> nodes)
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

    /// <summary>The name of the value that the last node makes.</summary>
    public string OutputName => Nodes[^1].Name;

    /// <summary>The input and every node's value, in execution order.</summary>
    public IEnumerable<string> ValueNames => Nodes.Select(node => node.Name).Prepend(InputName);

    /// <summary>The shape of a value.</summary>
    /// <exception cref="KeyNotFoundException">The network has no such value.</exception>
    public TensorShape ShapeOf(string valueName) => shapes[valueName];

    /// <summary>The same network for another number of images; weights are shared.</summary>
    public FloatNetwork WithBatch(int batch) => batch == InputShape.Batch
        ? this
        : new FloatNetwork(
            Name, InputName, InputShape.WithBatch(batch), [.. Nodes.Select(node => node with { OutputShape = node.OutputShape.WithBatch(batch) })]);

    /// <summary>Whether a node was made for this batch and no other.</summary>
    public bool IsBatchFixed => Nodes.Any(static node => node is FloatOnnxNode);

    /// <summary>The network that a calibration runs: one image at a time where the nodes allow it.</summary>
    public FloatNetwork CalibrationForm => IsBatchFixed ? this : WithBatch(1);

    /// <summary>The same function with every batch normalization folded into its convolution.</summary>
    public FloatNetwork FoldBatchNorm() => new(
        Name, InputName, InputShape, [.. Nodes.Select(node => node is FloatConv2d conv ? conv.FoldBatchNorm() : node)]);
}
