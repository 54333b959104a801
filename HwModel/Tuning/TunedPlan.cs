using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Tuning;

/// <summary>What a search found for a layer and two banks.</summary>
/// <param name="Published">The published plan.</param>
/// <param name="PublishedCost">Its cost.</param>
/// <param name="Best">The cheapest plan; the published one where none is cheaper, unless the published programs compute nothing with it and another fits.</param>
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

    /// <summary>Cycles that a plan would save which is not reported, because that is less than what the model does not know; 0 where there is none.</summary>
    public double UncertainCycles { get; init; }

    /// <summary>The published plan in place of a cheaper one whose saving is not larger than its error bar.</summary>
    /// <remarks>A plan stays whatever it saves where the published programs do not compute the layer with the published one.</remarks>
    /// <param name="halfWidthCycles">Half the 95 % interval of the saving.</param>
    public TunedPlan Judged(double halfWidthCycles) => SavedCycles <= 0 || SavedCycles > halfWidthCycles
        ? this with { SavedHalfWidthCycles = halfWidthCycles }
        : this with { Best = Published, BestCost = PublishedCost, UncertainCycles = SavedCycles };

    /// <summary>Cycles saved; below 0 only where the published programs do not compute the layer with the published plan.</summary>
    public double SavedCycles => PublishedCost.Cycles - BestCost.Cycles;
}
