using TileProof.Golden.Networks;
using TileProof.Operators;

namespace TileProof.Golden.Import;

/// <summary>What a model file holds: a float network that is still to be quantized, or a quantized one.</summary>
public sealed record ImportedModel
{
    private ImportedModel(FloatNetwork? floatNetwork, Network? network)
    {
        FloatNetwork = floatNetwork;
        Network = network;
    }

    /// <summary>The float network; null when the model is quantized.</summary>
    public FloatNetwork? FloatNetwork { get; }

    /// <summary>The quantized network; null when the model is float.</summary>
    public Network? Network { get; }

    /// <summary>The file itself, to be run as it is; null for a format that no runtime here reads.</summary>
    public OriginalModel? Original { get; init; }

    /// <summary>A model to be quantized.</summary>
    public static ImportedModel Of(FloatNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new ImportedModel(network, null);
    }

    /// <summary>A quantized model.</summary>
    public static ImportedModel Of(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new ImportedModel(null, network);
    }
}
