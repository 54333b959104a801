using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Tuning;

/// <summary>What a search found for a layer and two banks.</summary>
/// <param name="Published">The published plan.</param>
/// <param name="PublishedCost">Its cost.</param>
/// <param name="Best">The cheapest plan, or the cheapest of those whose saving is larger than its error bar; the published one where none is cheaper, unless the published programs compute nothing with it and another fits.</param>
/// <param name="BestCost">Its cost.</param>
/// <param name="CandidateCount">Plans that fit the banks.</param>
/// <param name="PlayedCount">Plans whose events were played; the others cannot be cheaper.</param>
public sealed record TunedPlan(
    Conv2dTilePlan Published, PlanCost PublishedCost, Conv2dTilePlan Best, PlanCost BestCost, int CandidateCount, int PlayedCount)
{
    /// <summary>Whether a better plan than the published one was found.</summary>
    public bool IsImproved => !ReferenceEquals(Published, Best);

    /// <summary>Half the 95 % interval of <see cref="SavedCycles"/>; 0 where the published plan is kept.</summary>
    public double SavedHalfWidthCycles { get; init; }

    /// <summary>Cycles that the cheapest plan would save more than <see cref="Best"/>, where it is not reported because the model does not know whether it saves any; else 0.</summary>
    public double UncertainCycles { get; init; }

    /// <summary>Cycles saved; below 0 only where the published programs do not compute the layer with the published plan.</summary>
    public double SavedCycles => PublishedCost.Cycles - BestCost.Cycles;
}
