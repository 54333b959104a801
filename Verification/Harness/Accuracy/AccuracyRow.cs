namespace TileProof.Verification.Accuracy;

/// <summary>One row of <c>accuracy.csv</c>: one value of a network, or a whole network, in one variant, against the float network.</summary>
public sealed record AccuracyRow
{
    /// <summary>The call of a row that speaks of the whole network.</summary>
    public const string WholeNetwork = "(network)";

    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>How the network was run.</summary>
    public required string Variant { get; init; }

    /// <summary>The position of the call, or -1 for the whole network.</summary>
    public required int CallIndex { get; init; }

    /// <summary>The name of the call.</summary>
    public required string Call { get; init; }

    /// <summary>The operator; empty for the whole network.</summary>
    public required string Operator { get; init; }

    /// <summary>The layer key; empty for the whole network.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>Images over which the figures are taken.</summary>
    public required int Images { get; init; }

    /// <summary>Elements compared.</summary>
    public required long Elements { get; init; }

    /// <summary>Signal to quantization noise against the float network, in dB, with the errors of all calls before.</summary>
    public required double SqnrDecibels { get; init; }

    /// <summary>Signal to noise of this call alone, on the float network's own input quantized, in dB; empty where it is not measured.</summary>
    public double? OwnSqnrDecibels { get; init; }

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

    /// <summary>The cosine of the angle to the float value.</summary>
    public required double CosineSimilarity { get; init; }

    /// <summary>The share of images whose best class is the float network's; whole network only.</summary>
    public double? Top1WithFloat { get; init; }

    /// <summary>The mean share of the float network's five best classes that are among the variant's five; whole network only.</summary>
    public double? Top5WithFloat { get; init; }

    /// <summary>The share of images whose best class is that of ONNX Runtime int8; whole network only.</summary>
    public double? Top1WithOnnxInt8 { get; init; }

    /// <summary>The share of output elements of all calls that equal the generic operators' exactly; whole network only.</summary>
    public double? EqualToGeneric { get; init; }

    /// <summary>Four decimals: float sums of the reference differ between CPUs far beyond them.</summary>
    internal static double Round(double value) => double.IsFinite(value) ? Math.Round(value, 4) : value;
}
