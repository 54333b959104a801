using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>Builds a <see cref="FloatNetwork"/> node by node; every method returns the name of the value it makes.</summary>
public sealed class FloatNetworkBuilder
{
    private readonly string networkName;
    private readonly TensorShape inputShape;
    private readonly Func<FloatNode, FloatNode>? finish;
    private readonly List<FloatNode> nodes = [];
    private readonly Dictionary<string, TensorShape> shapes = new(StringComparer.Ordinal);

    /// <summary>Starts a network whose input is <see cref="InputName"/>.</summary>
    /// <param name="networkName">Its name.</param>
    /// <param name="inputShape">The shape of its input.</param>
    /// <param name="finish">What becomes of each node before it is added, its name and shape apart; null to add nodes as they are.</param>
    public FloatNetworkBuilder(string networkName, TensorShape inputShape, Func<FloatNode, FloatNode>? finish = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(networkName);
        this.networkName = networkName;
        this.inputShape = inputShape;
        this.finish = finish;
        shapes.Add(InputName, inputShape);
    }

    /// <summary>The name of the input value.</summary>
    public const string InputName = "input";

    /// <summary>The shape of a value made so far.</summary>
    public TensorShape ShapeOf(string value) => shapes[value];

    /// <summary>Adds a convolution of <paramref name="input"/>.</summary>
    /// <exception cref="ArgumentException">The geometry does not fit the input, or the parameter counts do not fit the geometry.</exception>
    public string Conv2d(string name, string input, Conv2dShape shape, float[] weights, float[] bias, BatchNorm? batchNorm = null, ClipRange? clip = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(bias);
        TensorShape source = ShapeOf(input);
        if (source != shape.InputShape(source.Batch))
        {
            throw new ArgumentException($"'{name}' reads {shape.InputShape(source.Batch)}, but '{input}' is {source}.", nameof(shape));
        }

        RequireLength(name, nameof(weights), weights, shape.WeightCount);
        RequireLength(name, nameof(bias), bias, shape.OutChannels);
        return Add(new FloatConv2d
        {
            Name = name, Inputs = [input], OutputShape = shape.OutputShape(source.Batch), Shape = shape, Weights = weights, Bias = bias, BatchNorm = batchNorm, Clip = clip,
        });
    }

    /// <summary>Adds a rectifier.</summary>
    public string Relu(string name, string input) => Add(new FloatRelu { Name = name, Inputs = [input], OutputShape = ShapeOf(input) });

    /// <summary>Adds a max pooling.</summary>
    public string MaxPool2d(string name, string input, int kernel, int stride, int padding)
    {
        TensorShape source = ShapeOf(input);
        var shape = MaxPool2dShape.Create(source.Channels, source.Height, source.Width, kernel, kernel, stride, padding);
        return Add(new FloatMaxPool2d { Name = name, Inputs = [input], OutputShape = shape.OutputShape(source.Batch), Shape = shape });
    }

    /// <summary>Adds a sum.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public string Add(string name, string left, string right) => ShapeOf(left) == ShapeOf(right)
        ? Add(new FloatAdd { Name = name, Inputs = [left, right], OutputShape = ShapeOf(left) })
        : throw new ArgumentException($"'{name}' adds {ShapeOf(left)} and {ShapeOf(right)}; both must have one shape.", nameof(right));

    /// <summary>Adds a mean over rows and columns.</summary>
    public string Mean(string name, string input) =>
        Add(new FloatMean { Name = name, Inputs = [input], OutputShape = TensorShape.FromMatrix(ShapeOf(input).Batch, ShapeOf(input).Channels) });

    /// <summary>Adds a fully connected layer.</summary>
    /// <exception cref="ArgumentException">The weight count is not inputs x outputs.</exception>
    public string Linear(string name, string input, float[] weights, float[] bias)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(bias);
        TensorShape source = ShapeOf(input);
        RequireLength(name, nameof(weights), weights, checked(source.ImageElementCount * bias.Length));
        return Add(new FloatLinear
        {
            Name = name, Inputs = [input], OutputShape = TensorShape.FromMatrix(source.Batch, bias.Length), Weights = weights, Bias = bias,
        });
    }

    /// <summary>Adds a softmax over the channels.</summary>
    public string Softmax(string name, string input) => Add(new FloatSoftmax { Name = name, Inputs = [input], OutputShape = ShapeOf(input) });

    /// <summary>The network so far; its output is the value added last.</summary>
    public FloatNetwork Build() => new(networkName, InputName, inputShape, [.. nodes]);

    private static void RequireLength(string nodeName, string parameter, float[] values, int expected)
    {
        if (values.Length != expected)
        {
            throw new ArgumentException($"'{nodeName}' takes {expected} {parameter}, not {values.Length}.", parameter);
        }
    }

    private string Add(FloatNode node)
    {
        nodes.Add(finish is null ? node : finish(node));
        shapes.Add(node.Name, node.OutputShape);
        return node.Name;
    }
}
