namespace TileProof.Golden.Quantization;

/// <summary>How a float network is turned into an int8 network.</summary>
public sealed record QuantizationOptions
{
    /// <summary>One weight scale per output channel of a convolution instead of one per tensor. The published network has one per tensor.</summary>
    public bool PerChannelWeights { get; init; }
}
