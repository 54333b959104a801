using TileProof.HwModel.Hazards;

namespace TileProof.Verification;

/// <summary>A hazard with the layer and the banks that it was found with.</summary>
/// <param name="Layer">The layer key.</param>
/// <param name="Bank">The bank setting.</param>
/// <param name="Variant">The version of the programs.</param>
/// <param name="Hazard">The hazard.</param>
public sealed record FoundHazard(string Layer, string Bank, string Variant, Hazard Hazard);
