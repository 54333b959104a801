using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>Gives every batch normalization the running statistics that training would have found, from the weights alone.</summary>
/// <remarks>
/// Mean and variance of each channel are carried from the input to the output; each convolution's own statistics become those
/// of its batch normalization, and the bias of a fully connected layer is set so that its outputs have mean 0. No image is run.
/// Filters are centred on the way (<see cref="RemovedShare"/>): the statistics are estimates, and without it their errors add
/// up until the same few classes win for every image.
/// </remarks>
public sealed class MomentPropagation
{
    /// <summary>How much of a filter's answer to the scale of its whole input is removed.</summary>
    private const double RemovedShare = 0.85;

    private readonly Dictionary<string, ChannelMoments> moments = new(StringComparer.Ordinal);

    /// <summary>Starts at the input of a network.</summary>
    /// <param name="inputName">The input's name.</param>
    /// <param name="inputShape">Its shape.</param>
    public MomentPropagation(string inputName, TensorShape inputShape) => moments.Add(inputName, ChannelMoments.Normalized(inputShape.Channels));

    /// <summary>The next node with running statistics that fit its weights, and with its batch normalization folded. Its weights are changed in place.</summary>
    /// <exception cref="KeyNotFoundException">The node reads a value that has not been here.</exception>
    /// <exception cref="NotSupportedException">There is no rule for such a node.</exception>
    public FloatNode NormalizeAndFold(FloatNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        ChannelMoments input = moments[node.Inputs[0]];
        (FloatNode normalized, moments[node.Name]) = node switch
        {
            FloatConv2d conv => Normalize(conv, input),
            FloatLinear linear => (Centre(linear, input), ChannelMoments.Normalized(linear.OutputFeatures)),
            FloatRelu => (node, input.Rectified()),
            FloatMaxPool2d => (node, input.Pooled()),
            FloatAdd => (node, input.Plus(moments[node.Inputs[1]])),
            FloatMean => (node, input),
            _ => throw new NotSupportedException($"Moments cannot be propagated through '{node.Name}' ({node.GetType().Name})."),
        };
        return normalized;
    }

    private static (FloatNode Node, ChannelMoments Output) Normalize(FloatConv2d conv, ChannelMoments input)
    {
        input.Centre(conv.Shape, conv.Weights, RemovedShare);
        ChannelMoments output = input.Convolved(conv.Shape, conv.Weights, conv.Bias);
        if (conv.BatchNorm is null)
        {
            return (conv, Clipped(conv, output));
        }

        BatchNorm batchNorm = conv.BatchNorm with { Mean = Array.ConvertAll(output.Mean, ToSingle), Variance = Array.ConvertAll(output.Variance, ToSingle) };
        return (conv.Fold(batchNorm, conv.Weights), Clipped(conv, output.Normalized(batchNorm)));
    }

    /// <summary>A limit above is taken as out of reach: normalized values are a few standard deviations below a 6.</summary>
    private static ChannelMoments Clipped(FloatConv2d conv, ChannelMoments moments) => conv.Clip is { Smallest: 0 } ? moments.Rectified() : moments;

    private static FloatLinear Centre(FloatLinear linear, ChannelMoments input)
    {
        var asConvolution = Conv2dShape.Create(linear.InputFeatures, 1, 1, linear.OutputFeatures, 1, 1, stride: 1, padding: 0);
        input.Centre(asConvolution, linear.Weights, removedShare: 1);
        double[] means = input.Convolved(asConvolution, linear.Weights, linear.Bias).Mean;
        return linear with { Bias = Array.ConvertAll(means, static mean => (float)-mean) };
    }

    private static float ToSingle(double value) => (float)value;
}
