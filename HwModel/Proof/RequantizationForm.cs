namespace TileProof.HwModel.Proof;

/// <summary>One way in which the pack stage of the simulated vector core is computed on the host.</summary>
/// <param name="Name">Such as <c>vector512</c>.</param>
/// <param name="Pack">Packs accumulators.</param>
public sealed record RequantizationForm(string Name, PackAccumulators Pack);
