using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>Gives every batch normalization the running statistics that training would have found, from the weights alone.</summary>
/// <remarks>
/// Mean and variance of each channel are carried from the input to the output; each convolution's own statistics become those
/// of its batch normalization, and the bias of a fully connected layer is set so that its outputs have mean 0. No image is run.
/// Filters are centred on the way (<see cref="RemovedShare"/>): the statistics are estimates, and without it their errors add
/// up until the same few classes win for every image.
/// </remarks>
public static class MomentPropagation
{
    /// <summary>How much of a filter's answer to the scale of its whole input is removed.</summary>
    private const double RemovedShare = 0.85;

    /// <summary>The same topology and weights with running statistics that fit them.</summary>
    /// <exception cref="NotSupportedException">The network holds a node that has no rule here.</exception>
    public static FloatNetwork Normalize(FloatNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var moments = new Dictionary<string, ChannelMoments>(StringComparer.Ordinal)
        {
            [network.InputName] = ChannelMoments.Normalized(network.InputShape.Channels),
        };
        var nodes = new List<FloatNode>(network.Nodes.Count);
        foreach (FloatNode node in network.Nodes)
        {
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
            nodes.Add(normalized);
        }

        return new FloatNetwork(network.Name, network.InputName, network.InputShape, nodes);
    }

    private static (FloatNode Node, ChannelMoments Output) Normalize(FloatConv2d conv, ChannelMoments input)
    {
        float[] weights = input.Centre(conv.Shape, conv.Weights, RemovedShare);
        ChannelMoments output = input.Convolved(conv.Shape, weights, conv.Bias);
        if (conv.BatchNorm is null)
        {
            return (conv, output);
        }

        BatchNorm batchNorm = conv.BatchNorm with { Mean = Array.ConvertAll(output.Mean, ToSingle), Variance = Array.ConvertAll(output.Variance, ToSingle) };
        return (conv with { Weights = weights, BatchNorm = batchNorm }, output.Normalized(batchNorm));
    }

    private static FloatLinear Centre(FloatLinear linear, ChannelMoments input)
    {
        var asConvolution = Conv2dShape.Create(linear.InputFeatures, 1, 1, linear.OutputFeatures, 1, 1, stride: 1, padding: 0);
        float[] weights = input.Centre(asConvolution, linear.Weights, removedShare: 1);
        double[] means = input.Convolved(asConvolution, weights, linear.Bias).Mean;
        return linear with { Weights = weights, Bias = Array.ConvertAll(means, static mean => (float)-mean) };
    }

    private static float ToSingle(double value) => (float)value;
}
