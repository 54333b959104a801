using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>Where the numbers of a ResNet come from, asked for in the order of its layers.</summary>
internal interface IResNetParameters
{
    /// <summary>Weights <c>[OC, C, KH, KW]</c>, biases, and the batch normalization that is still to be folded.</summary>
    /// <param name="name">The layer.</param>
    /// <param name="shape">Its geometry.</param>
    /// <param name="endsBranch">Whether its result is added to a shortcut.</param>
    (float[] Weights, float[] Bias, BatchNorm? BatchNorm) ConvolutionOf(string name, Conv2dShape shape, bool endsBranch);

    /// <summary>Weights <c>[M, K]</c> and biases of the classifier.</summary>
    /// <param name="name">The layer.</param>
    /// <param name="inputFeatures">K.</param>
    (float[] Weights, float[] Bias) ClassifierOf(string name, int inputFeatures);
}
