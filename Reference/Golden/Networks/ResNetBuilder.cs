using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>Builds a ResNet with torchvision's topology and node names.</summary>
/// <remarks>
/// A block's 1x1 downsample convolution stands before the block's first convolution, which is the published call order.
/// Seeded weights come from <see cref="SeededParameters"/>, the batch normalization's running statistics from <see cref="MomentPropagation"/>,
/// node by node, so that no two forms of all weights exist at once.
/// </remarks>
public sealed class ResNetBuilder
{
    /// <summary>The seed of the networks that reports and fixtures speak of.</summary>
    public const ulong DefaultSeed = 18;

    private readonly ResNetDescription description;
    private readonly IResNetParameters parameters;
    private readonly FloatNetworkBuilder graph;

    private ResNetBuilder(ResNetDescription description, TensorShape inputShape, IResNetParameters parameters, Func<FloatNode, FloatNode>? finish)
    {
        if (inputShape.Channels != SeededImages.ChannelCount)
        {
            throw new ArgumentException($"A {description.Name} reads {SeededImages.ChannelCount} channels, not {inputShape.Channels}.", nameof(inputShape));
        }

        this.description = description;
        this.parameters = parameters;
        graph = new FloatNetworkBuilder(description.Name, inputShape, finish);
    }

    /// <summary>Builds a network with batch normalization folded.</summary>
    /// <param name="description">Which ResNet.</param>
    /// <param name="inputShape"><c>[N, 3, H, W]</c>; any N, H and W of 1 or more.</param>
    /// <param name="seed">Decides every weight.</param>
    /// <exception cref="ArgumentException">The input does not have 3 channels.</exception>
    public static FloatNetwork Build(ResNetDescription description, TensorShape inputShape, ulong seed = DefaultSeed)
    {
        ArgumentNullException.ThrowIfNull(description);
        var moments = new MomentPropagation(FloatNetworkBuilder.InputName, inputShape);
        return new ResNetBuilder(description, inputShape, new SeededResNetParameters(seed), moments.NormalizeAndFold).BuildGraph();
    }

    /// <summary>Builds a network with given parameters, whose batch normalization is folded.</summary>
    /// <exception cref="ArgumentException">The input does not have 3 channels, or a parameter has another length than its layer.</exception>
    internal static FloatNetwork Build(ResNetDescription description, TensorShape inputShape, IResNetParameters parameters) =>
        new ResNetBuilder(description, inputShape, parameters, finish: null).BuildGraph();

    private FloatNetwork BuildGraph()
    {
        string value = Conv("conv1", FloatNetworkBuilder.InputName, ResNetDescription.StemChannels, kernel: 7, stride: 2);
        value = graph.Relu("relu", value);
        value = graph.MaxPool2d("maxpool", value, kernel: 3, stride: 2, padding: 1);
        int innerChannels = ResNetDescription.StemChannels;
        for (int stage = 0; stage < description.BlocksPerStage.Count; stage++, innerChannels *= 2)
        {
            for (int block = 0; block < description.BlocksPerStage[stage]; block++)
            {
                value = Block($"layer{stage + 1}.{block}", value, innerChannels, stride: stage > 0 && block == 0 ? 2 : 1);
            }
        }

        value = graph.Mean("avgpool", value);
        (float[] weights, float[] bias) = parameters.ClassifierOf("fc", graph.ShapeOf(value).Channels);
        graph.Linear("fc", value, weights, bias);
        return graph.Build();
    }

    private string Block(string name, string input, int innerChannels, int stride)
    {
        int outChannels = innerChannels * description.Expansion;
        string shortcut = stride != 1 || graph.ShapeOf(input).Channels != outChannels
            ? Conv($"{name}.downsample", input, outChannels, kernel: 1, stride)
            : input;
        string branch = description.Block == ResNetBlock.Basic
            ? BasicBranch(name, input, outChannels, stride)
            : BottleneckBranch(name, input, innerChannels, outChannels, stride);
        return graph.Relu($"{name}.relu", graph.Add($"{name}.add", branch, shortcut));
    }

    private string BasicBranch(string name, string input, int outChannels, int stride)
    {
        string value = graph.Relu($"{name}.relu1", Conv($"{name}.conv1", input, outChannels, kernel: 3, stride));
        return Conv($"{name}.conv2", value, outChannels, kernel: 3, stride: 1, endsBranch: true);
    }

    private string BottleneckBranch(string name, string input, int innerChannels, int outChannels, int stride)
    {
        string value = graph.Relu($"{name}.relu1", Conv($"{name}.conv1", input, innerChannels, kernel: 1, stride: 1));
        value = graph.Relu($"{name}.relu2", Conv($"{name}.conv2", value, innerChannels, kernel: 3, stride));
        return Conv($"{name}.conv3", value, outChannels, kernel: 1, stride: 1, endsBranch: true);
    }

    private string Conv(string name, string input, int outChannels, int kernel, int stride, bool endsBranch = false)
    {
        TensorShape source = graph.ShapeOf(input);
        var shape = Conv2dShape.Create(source.Channels, source.Height, source.Width, outChannels, kernel, kernel, stride, padding: kernel / 2);
        (float[] weights, float[] bias, BatchNorm? batchNorm) = parameters.ConvolutionOf(name, shape, endsBranch);
        return graph.Conv2d(name, input, shape, weights, bias, batchNorm);
    }
}
