using TileProof.Verification.Options;

namespace TileProof.Verification.Classification;

/// <summary>What <c>tileproof accuracy</c> measures.</summary>
public sealed record ClassificationOptions
{
    /// <summary>The most layers that are tried in float together.</summary>
    public const int MaximumKeptLayers = 8;

    /// <summary>A known network or a model file.</summary>
    public required string Network { get; init; }

    /// <summary>How the network is loaded and quantized, with the images and their classes.</summary>
    public required VerifyOptions Settings { get; init; }

    /// <summary>What is measured beside the network as it is quantized by default.</summary>
    public IReadOnlyList<ComparedForms> Compares { get; init; } = [];

    /// <summary>The most images; of more, these many spread evenly. Null for all.</summary>
    public int? ImageLimit { get; init; }

    /// <summary>Images that single layers are judged by, spread evenly; 0 to leave layers out.</summary>
    public int LayerImages { get; init; } = 100;

    /// <summary>The loss of top-1 against float, in percentage points, that the list of layers to keep in float aims at.</summary>
    public double WantedLossPoints { get; init; } = 0.5;

    /// <summary>Where reports go.</summary>
    public string OutputFolder { get; init; } = "reports";
}
