namespace TileProof.Verification.Accuracy;

/// <summary>How far the values of a quantized run are from the values of the float network.</summary>
public sealed record AccuracyFigures
{
    /// <summary>Elements compared.</summary>
    public required long Elements { get; init; }

    /// <summary>10 log10(signal energy / energy of the difference), in dB; infinite where nothing differs.</summary>
    public required double SignalToNoiseDecibels { get; init; }

    /// <summary>The largest difference, in quantization levels.</summary>
    public required double LargestLevels { get; init; }

    /// <summary>The mean absolute difference, in quantization levels.</summary>
    public required double MeanLevels { get; init; }

    /// <summary>The share of elements less than half a level apart.</summary>
    public required double EqualShare { get; init; }

    /// <summary>The share of elements 0.5 to 1.5 levels apart.</summary>
    public required double OneLevelShare { get; init; }

    /// <summary>The share of elements 1.5 to 2.5 levels apart.</summary>
    public required double TwoLevelShare { get; init; }

    /// <summary>The share of elements further apart.</summary>
    public required double MoreShare { get; init; }

    /// <summary>The cosine of the angle between the two tensors, 1 for the same direction.</summary>
    public required double CosineSimilarity { get; init; }
}
