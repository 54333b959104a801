using System.Globalization;
using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>Builds MobileNetV2 with torchvision's topology (width 1.0) and node names.</summary>
/// <remarks>
/// Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 2. Weights are made as those of <see cref="ResNetBuilder"/>. A ReLU6 is the
/// <see cref="FloatConv2d.Clip"/> of the convolution before it; a value is called after its convolution.
/// </remarks>
public sealed class MobileNetV2Builder
{
    /// <summary>The name of the network.</summary>
    public const string Name = "mobilenetv2";

    /// <summary>Output channels of the first convolution.</summary>
    private const int StemChannels = 32;

    /// <summary>Output channels of the last convolution.</summary>
    private const int LastChannels = 1280;

    private static readonly ClipRange ReLU6 = new(0, 6);

    /// <summary>Expansion, output channels, blocks and the stride of the first block of every stage.</summary>
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    private readonly SeededParameters parameters;
    private readonly FloatNetworkBuilder graph;

    private MobileNetV2Builder(TensorShape inputShape, ulong seed)
    {
        parameters = new SeededParameters(seed);
        var moments = new MomentPropagation(FloatNetworkBuilder.InputName, inputShape);
        graph = new FloatNetworkBuilder(Name, inputShape, moments.NormalizeAndFold);
    }

    /// <summary>Builds the network with batch normalization folded.</summary>
    /// <param name="inputShape"><c>[N, 3, H, W]</c>; any N, H and W of 1 or more.</param>
    /// <param name="seed">Decides every weight.</param>
    /// <exception cref="ArgumentException">The input does not have 3 channels.</exception>
    public static FloatNetwork Build(TensorShape inputShape, ulong seed = ResNetBuilder.DefaultSeed) => inputShape.Channels == SeededImages.ChannelCount
        ? new MobileNetV2Builder(inputShape, seed).BuildGraph()
        : throw new ArgumentException($"A {Name} reads {SeededImages.ChannelCount} channels, not {inputShape.Channels}.", nameof(inputShape));

    private FloatNetwork BuildGraph()
    {
        string value = Conv("features.0.0", FloatNetworkBuilder.InputName, StemChannels, kernel: 3, stride: 2, clip: ReLU6);
        int block = 1;
        foreach ((int expansion, int channels, int blocks, int stride) in Stages)
        {
            for (int i = 0; i < blocks; i++, block++)
            {
                value = Block(Text($"features.{block}"), value, expansion, channels, i == 0 ? stride : 1);
            }
        }

        value = Conv(Text($"features.{block}.0"), value, LastChannels, kernel: 1, stride: 1, clip: ReLU6);
        value = graph.Mean("avgpool", value);
        graph.Linear(
            "classifier.1", value, parameters.LinearWeights("classifier.1", ResNetDescription.ClassCount, LastChannels), new float[ResNetDescription.ClassCount]);
        return graph.Build();
    }

    /// <summary>An inverted residual: 1x1 to more channels (none in the first), depthwise 3x3, and a linear 1x1; with a shortcut where its shape stays.</summary>
    private string Block(string name, string input, int expansion, int outChannels, int stride)
    {
        int inChannels = graph.ShapeOf(input).Channels;
        bool addsInput = stride == 1 && inChannels == outChannels;
        int part = 0;
        string value = input;
        if (expansion > 1)
        {
            value = Conv(Text($"{name}.conv.{part++}.0"), value, inChannels * expansion, kernel: 1, stride: 1, clip: ReLU6);
        }

        int inner = inChannels * expansion;
        value = Conv(Text($"{name}.conv.{part++}.0"), value, inner, kernel: 3, stride, groups: inner, clip: ReLU6);
        value = Conv(Text($"{name}.conv.{part}"), value, outChannels, kernel: 1, stride: 1, endsBranch: addsInput);
        return addsInput ? graph.Add($"{name}.add", input, value) : value;
    }

    private string Conv(string name, string input, int outChannels, int kernel, int stride, int groups = 1, bool endsBranch = false, ClipRange? clip = null)
    {
        TensorShape source = graph.ShapeOf(input);
        var shape = Conv2dShape.Create(source.Channels, source.Height, source.Width, outChannels, kernel, kernel, stride, padding: kernel / 2, groups: groups);
        return graph.Conv2d(name, input, shape, parameters.ConvWeights(name, shape), new float[outChannels], parameters.BatchNormOf(name, outChannels, endsBranch), clip);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
