using TileProof.HwModel.Hazards;

namespace TileProof.Verification;

/// <summary>A hazard with the layer and the banks that it was found with.</summary>
/// <param name="Network">The network; empty for a single layer.</param>
/// <param name="Call">The name of the call; empty for a single layer.</param>
/// <param name="Layer">The layer key.</param>
/// <param name="Bank">The bank setting.</param>
/// <param name="Variant">The version of the programs.</param>
/// <param name="Hazard">The hazard.</param>
public sealed record FoundHazard(string Network, string Call, string Layer, string Bank, string Variant, Hazard Hazard)
{
    /// <summary>Stands for the call where a whole network ran on one machine; the layer is then the program that broke the rule.</summary>
    public const string EndToEndCall = "(end to end)";
}
