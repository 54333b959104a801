using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Tests.Support;

/// <summary>Convolutions with kernels of the library and beside it over an image of 33x47, so that no two extents are equal; a max pooling ends it.</summary>
internal static class MixedNetwork
{
    private static readonly Conv2dShape Dense = Conv2dShape.Create(6, 33, 47, 10, 3, 3, 1, 1);
    private static readonly Conv2dShape Depthwise = Conv2dShape.Create(10, 33, 47, 10, 3, 3, 1, 1, groups: 10);
    private static readonly Conv2dShape Dilated = Conv2dShape.Create(10, 33, 47, 9, 3, 3, 1, 2, dilation: 2);
    private static readonly Conv2dShape Wide = Conv2dShape.Create(9, 33, 47, 8, 5, 5, 1, 2);
    private static readonly Conv2dShape Strided = Conv2dShape.Create(8, 33, 47, 7, 1, 1, 2, 0);

    /// <summary>The convolutions that no kernel of the library computes.</summary>
    public static IReadOnlyList<Conv2dShape> WithOwnKernel { get; } = [Depthwise, Dilated, Wide];

    /// <summary>The others.</summary>
    public static IReadOnlyList<Conv2dShape> WithPublishedKernel { get; } = [Dense, Strided];

    /// <summary>The pooling, of 7 channels of 17x24.</summary>
    public static MaxPool2dShape Pooling { get; } = MaxPool2dShape.Create(7, 17, 24, 3, 3, 2, 1);

    /// <summary>The network.</summary>
    public static Network Create() => Chain("mixed", [Dense, Depthwise, Dilated, Wide, Strided], withPooling: true);

    /// <summary>A network of nothing but a convolution that the published tables cannot express.</summary>
    public static Network CreateDepthwise() => Chain("depthwise", [Depthwise], withPooling: false);

    private static Network Chain(string name, IReadOnlyList<Conv2dShape> shapes, bool withPooling)
    {
        var random = new Random(33);
        var calls = new List<OperatorCall>();
        var input = new TensorInfo("input", shapes[0].InputShape(), ElementType.Float32, null);
        TensorInfo value = new("input.int8", input.Shape, ElementType.Int8, QuantizationParameters.FromScale(0.021f, 4));
        calls.Add(new QuantizePerTensorCall { Index = 0, Name = "input.quantize", Inputs = [input], Output = value });
        foreach (Conv2dShape shape in shapes)
        {
            int index = calls.Count;
            var output = new TensorInfo($"conv{index}", shape.OutputShape(), ElementType.Int8, QuantizationParameters.FromScale(0.02f + (0.003f * index), index - 5));
            calls.Add(Calls.Conv(shape, 1, random, perChannel: false) with { Index = index, Name = $"conv{index}", Inputs = [value], Output = output });
            value = output;
        }

        var real = new TensorInfo("output.float32", value.Shape, ElementType.Float32, null);
        calls.Add(new DequantizePerTensorCall { Index = calls.Count, Name = "output.dequantize", Inputs = [value], Output = real });
        if (withPooling)
        {
            var pooled = new TensorInfo("pool", Pooling.OutputShape(), ElementType.Float32, null);
            calls.Add(new MaxPool2dCall { Index = calls.Count, Name = "pool", Inputs = [real], Output = pooled, Shape = Pooling });
        }

        return new Network(name, input, calls);
    }
}
