using TileProof.Golden.Trained;
using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>The networks that can be named.</summary>
public static class BuiltInNetworks
{
    /// <summary>Those with weights from a seed, which need nothing else.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ResNetDescription.All.Select(static description => description.Name), MobileNetV2Builder.Name];

    /// <summary>Those with trained weights, which come with a package of their own.</summary>
    public static IReadOnlyList<string> TrainedNames { get; } = [TrainedResNet18.Name];

    /// <summary>Builds a network with batch normalization folded.</summary>
    /// <param name="name">One of <see cref="Names"/> or <see cref="TrainedNames"/>, in any case.</param>
    /// <param name="inputShape"><c>[N, 3, H, W]</c>.</param>
    /// <param name="seed">Decides every weight that is not trained.</param>
    /// <exception cref="Import.ModelFormatException">The package of a trained network is not restored.</exception>
    /// <exception cref="ArgumentException">There is no network of that name, or the input does not have 3 channels.</exception>
    public static FloatNetwork Build(string name, TensorShape inputShape, ulong seed = ResNetBuilder.DefaultSeed) =>
        string.Equals(name, TrainedResNet18.Name, StringComparison.OrdinalIgnoreCase) ? TrainedResNet18.Build(inputShape)
            : string.Equals(name, MobileNetV2Builder.Name, StringComparison.OrdinalIgnoreCase) ? MobileNetV2Builder.Build(inputShape, seed)
            : ResNetBuilder.Build(ResNetDescription.Find(name), inputShape, seed);
}
