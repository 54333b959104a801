using TileProof.Golden.Networks;
using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.Benchmarks;

/// <summary>A distinct convolution of a network with operands from a fixed seed.</summary>
public sealed class ConvolutionLayer
{
    private const int Seed = 1;

    private ConvolutionLayer(Conv2dShape shape, int count)
    {
        CounterRandom random = CounterRandom.FromSeed(Seed).Stream(shape.ConfigKey);
        Shape = shape;
        Count = count;
        Weights = random.Stream("weights").Levels(shape.WeightCount);
        Input = Tensor.FromInt8(shape.InputShape(), random.Stream("input").Levels(shape.InputShape().ElementCount));
        Requantization = new Requantization
        {
            InputZeroPoint = -3,
            AccumulatorShift = 6,
            OutputScales = [40000],
            OutputShift = 20,
            KernelBias = [.. Enumerable.Range(0, shape.OutChannels).Select(channel => random.Below(channel, 40_001) - 20_000)],
        };
    }

    /// <summary>The geometry.</summary>
    public Conv2dShape Shape { get; }

    /// <summary>How often the network has it.</summary>
    public int Count { get; }

    /// <summary><c>[OC, C, KH, KW]</c>.</summary>
    public sbyte[] Weights { get; }

    /// <summary>int8 <c>[1, C, H, W]</c>.</summary>
    public Tensor Input { get; }

    /// <summary>From accumulator to int8.</summary>
    public Requantization Requantization { get; }

    /// <summary>The distinct convolutions of a built-in network, in the order of their first use.</summary>
    /// <param name="network">The name of the network.</param>
    /// <param name="imageExtent">Height and width of the image.</param>
    public static IReadOnlyList<ConvolutionLayer> Of(string network, int imageExtent)
    {
        FloatNetwork built = ResNetBuilder.Build(ResNetDescription.Find(network), TensorShape.FromNchw(1, 3, imageExtent, imageExtent));
        return [.. built.Nodes.OfType<FloatConv2d>().GroupBy(static node => node.Shape).Select(static group => new ConvolutionLayer(group.Key, group.Count()))];
    }

    /// <inheritdoc/>
    public override string ToString() => Shape.ConfigKey;
}
