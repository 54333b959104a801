using TileProof.HwModel.Timing;

namespace TileProof.HwModel.Tuning;

/// <summary>What the cycle model says of a plan: one call of the layer, one image.</summary>
/// <param name="Cycles">Core cycles from begin to end of the call.</param>
/// <param name="Split">The same by category.</param>
/// <param name="DmaBytes">Bytes that both channels move.</param>
public sealed record PlanCost(double Cycles, CycleSplit Split, long DmaBytes)
{
    /// <summary><see cref="Cycles"/> as reports print them.</summary>
    public long WholeCycles => CycleCount.FromModelled(Cycles).Cycles;
}
