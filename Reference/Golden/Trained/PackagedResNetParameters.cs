using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Golden.Trained;

/// <summary>The numbers of the packaged ResNet-18, for an input that is normalized as everywhere here, with a classifier of its own.</summary>
/// <param name="packaged">The network of the package.</param>
/// <param name="head">The classifier.</param>
/// <remarks>
/// The file reads blue, green, red as levels of 0 to 255 less a mean image, which is within 7 levels of ImageNet's mean colour nearly everywhere; the
/// networks here read red, green, blue as (x / 255 - mean) / deviation. Both are one affine map of the input, which goes into the first convolution:
/// its channels are turned round and its weights multiplied by 255 x deviation. The mean image itself has one size only and is left out.
/// </remarks>
internal sealed class PackagedResNetParameters(FloatNetwork packaged, LinearHead head) : IResNetParameters
{
    private const float LargestLevel = 255f;

    private readonly Queue<FloatConv2d> convolutions = new(packaged.Nodes.OfType<FloatConv2d>());

    /// <inheritdoc/>
    public (float[] Weights, float[] Bias, BatchNorm? BatchNorm) ConvolutionOf(string name, Conv2dShape shape, bool endsBranch)
    {
        FloatConv2d conv = convolutions.Dequeue().FoldBatchNorm();
        if ((conv.Shape.InChannels, conv.Shape.OutChannels, conv.Shape.KernelHeight, conv.Shape.StrideHeight, conv.Shape.PadTop)
            != (shape.InChannels, shape.OutChannels, shape.KernelHeight, shape.StrideHeight, shape.PadTop))
        {
            throw new InvalidOperationException($"The packaged layer '{conv.Name}' is not '{name}'.");
        }

        return (shape.InChannels == SeededImages.ChannelCount ? ForNormalizedInput(conv) : conv.Weights, conv.Bias, null);
    }

    /// <inheritdoc/>
    public (float[] Weights, float[] Bias) ClassifierOf(string name, int inputFeatures) => convolutions.Count == 0
        ? (head.Weights, head.Bias)
        : throw new InvalidOperationException($"The packaged file has {convolutions.Count} convolutions more.");

    private static float[] ForNormalizedInput(FloatConv2d conv)
    {
        int taps = conv.Shape.KernelHeight * conv.Shape.KernelWidth;
        int channels = conv.Shape.InChannels;
        var weights = new float[conv.Weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            (int output, int channel, int tap) = (i / taps / channels, i / taps % channels, i % taps);
            int inFile = (((output * channels) + channels - 1 - channel) * taps) + tap;
            weights[i] = conv.Weights[inFile] * (LargestLevel * SeededImages.ChannelDeviation[channel]);
        }

        return weights;
    }
}
