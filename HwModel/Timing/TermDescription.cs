namespace TileProof.HwModel.Timing;

/// <summary>What a coefficient counts.</summary>
/// <param name="Unit">Such as <c>cycles per weight</c>.</param>
/// <param name="Meaning">One phrase.</param>
public readonly record struct TermDescription(string Unit, string Meaning);
