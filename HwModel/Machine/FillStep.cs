namespace TileProof.HwModel.Machine;

/// <summary>The core writes one byte value over a region.</summary>
/// <param name="Region">What is written.</param>
/// <param name="Value">The byte.</param>
/// <param name="Purpose">Why: a whole-buffer fill before a load, or edge extension after one.</param>
public readonly record struct FillStep(StridedRegion Region, byte Value, FillPurpose Purpose);
