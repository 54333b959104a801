namespace TileProof.Verification.Classification;

/// <summary>One row of <c>layers_accuracy.csv</c>: what one layer costs on the DSP.</summary>
/// <remarks>
/// Layers are ranked by the noise that they add to the outputs when they alone are int8. Top-1 of few images is too coarse for that: it stands beside it.
/// </remarks>
public sealed record LayerAccuracyRow
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>From 1, the costliest first.</summary>
    public required int Rank { get; init; }

    /// <summary>The layer, by its first call.</summary>
    public required string Layer { get; init; }

    /// <summary>The layer key of that call.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>Images that layers are judged by.</summary>
    public required int Images { get; init; }

    /// <summary>Noise over signal of the outputs when only this layer is int8.</summary>
    public required double NoiseWhenOnlyInt8 { get; init; }

    /// <summary>The same as signal to noise in dB.</summary>
    public required double SqnrWhenOnlyInt8 { get; init; }

    /// <summary>Images right when only this layer is int8.</summary>
    public required int Top1WhenOnlyInt8 { get; init; }

    /// <summary>Images that float alone classifies right when only this layer is int8.</summary>
    public required int LostWhenOnlyInt8 { get; init; }

    /// <summary>Images right when every layer but this one is int8.</summary>
    public required int Top1WhenOnlyFloat { get; init; }

    /// <summary>Signal to noise of the outputs when every layer but this one is int8, in dB.</summary>
    public required double SqnrWhenOnlyFloat { get; init; }

    /// <summary>The share of the whole noise that goes when this layer alone is kept in float; below 0 where the noise grows.</summary>
    public required double NoiseRemovedShare { get; init; }
}
