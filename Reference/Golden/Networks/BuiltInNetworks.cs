using TileProof.Operators;

namespace TileProof.Golden.Networks;

/// <summary>The networks that can be named, built from a seed.</summary>
public static class BuiltInNetworks
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ResNetDescription.All.Select(static description => description.Name), MobileNetV2Builder.Name];

    /// <summary>Builds a network with batch normalization folded.</summary>
    /// <param name="name">One of <see cref="Names"/>, in any case.</param>
    /// <param name="inputShape"><c>[N, 3, H, W]</c>.</param>
    /// <param name="seed">Decides every weight.</param>
    /// <exception cref="ArgumentException">There is no network of that name, or the input does not have 3 channels.</exception>
    public static FloatNetwork Build(string name, TensorShape inputShape, ulong seed = ResNetBuilder.DefaultSeed) =>
        string.Equals(name, MobileNetV2Builder.Name, StringComparison.OrdinalIgnoreCase)
            ? MobileNetV2Builder.Build(inputShape, seed)
            : ResNetBuilder.Build(ResNetDescription.Find(name), inputShape, seed);
}
