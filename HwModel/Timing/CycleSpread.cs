namespace TileProof.HwModel.Timing;

/// <summary>How far published cycles that a fit had not seen lay from its predictions, relative to them; 1.96 times the root of both squares is a 95 % interval.</summary>
/// <param name="Own">The part that differs from layer to layer.</param>
/// <param name="Shared">The part that all layers of a run have in common.</param>
public readonly record struct CycleSpread(double Own, double Shared);
