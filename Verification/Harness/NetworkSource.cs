using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>A quantized network and the image it is run on.</summary>
/// <param name="Network">The operator calls.</param>
/// <param name="Image">float32 of the network's input shape.</param>
public sealed record NetworkSource(Network Network, Tensor Image)
{
    /// <summary>Builds a built-in network.</summary>
    public static NetworkSource Load(string name, int seed) => throw new NotSupportedException($"{name} {seed}");
}
