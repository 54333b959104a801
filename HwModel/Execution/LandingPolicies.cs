using TileProof.HwModel.Dma;
using TileProof.HwModel.Timing;

namespace TileProof.HwModel.Execution;

/// <summary>The landing policies by name.</summary>
public static class LandingPolicies
{
    /// <summary>Makes the policy of a name: <c>issue</c>, <c>wait</c>, <c>random</c> or <c>modelled</c>.</summary>
    /// <param name="kind">Which policy.</param>
    /// <param name="seed">The seed of the random policy; others ignore it.</param>
    public static LandingPolicy Create(LandingKind kind, int seed) => kind switch
    {
        LandingKind.AtIssue => new LandAtIssue(),
        LandingKind.AtWait => new LandAtWait(),
        LandingKind.Random => new LandAtRandom(seed),
        LandingKind.Modelled => new LandAtModelledTime(CostCoefficients.Calibrated),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
