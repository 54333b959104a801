using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>The numbers of a ResNet from a seed.</summary>
internal sealed class SeededResNetParameters(ulong seed) : IResNetParameters
{
    private readonly SeededParameters parameters = new(seed);

    /// <inheritdoc/>
    public (float[] Weights, float[] Bias, BatchNorm? BatchNorm) ConvolutionOf(string name, Conv2dShape shape, bool endsBranch) =>
        (parameters.ConvWeights(name, shape), new float[shape.OutChannels], parameters.BatchNormOf(name, shape.OutChannels, endsBranch));

    /// <inheritdoc/>
    public (float[] Weights, float[] Bias) ClassifierOf(string name, int inputFeatures) =>
        (parameters.LinearWeights(name, ResNetDescription.ClassCount, inputFeatures), new float[ResNetDescription.ClassCount]);
}
