using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Tuning;

/// <summary>Plays candidates, the most promising first, and keeps the cheapest.</summary>
/// <remarks>
/// Candidates of equal cost are told apart by DMA bytes, then by their number, so that the winner does not depend on the depth. The
/// incumbent is kept unless a candidate saves a whole cycle.
/// </remarks>
internal sealed class PlanContest
{
    private const double SmallestSavingCycles = 1;
    private readonly PlanCostModel model;
    private readonly bool hasOutputScales;
    private readonly SearchDepth depth;
    private readonly List<(double BoundCycles, int Number, Conv2dTilePlan Plan)> candidates = [];

    public PlanContest(PlanCostModel model, bool hasOutputScales, SearchDepth depth)
    {
        this.hasOutputScales = hasOutputScales;
        this.model = model;
        this.depth = depth;
    }

    /// <summary>Enters a candidate.</summary>
    /// <param name="plan">A plan that fits.</param>
    /// <param name="boundCycles">A number that its cost does not fall below.</param>
    public void Enter(Conv2dTilePlan plan, double boundCycles) => candidates.Add((boundCycles, candidates.Count, plan));

    /// <summary>The result against an incumbent, the published plan.</summary>
    /// <param name="incumbent">The published plan.</param>
    /// <param name="mayKeep">Whether the incumbent stays where no candidate is cheaper; else the cheapest candidate wins in any case.</param>
    public TunedPlan Decide(Conv2dTilePlan incumbent, bool mayKeep = true)
    {
        PlanCost incumbentCost = model.CostOf(incumbent, hasOutputScales);
        double limitCycles = mayKeep ? incumbentCost.Cycles : double.PositiveInfinity;
        (Conv2dTilePlan Plan, PlanCost Cost, int Number)? best = null;
        int played = 0;
        if (depth == SearchDepth.Pruned)
        {
            candidates.Sort(static (x, y) => x.BoundCycles != y.BoundCycles ? x.BoundCycles.CompareTo(y.BoundCycles) : x.Number.CompareTo(y.Number));
        }

        foreach ((double boundCycles, int number, Conv2dTilePlan plan) in candidates)
        {
            if (depth == SearchDepth.Pruned && boundCycles > limitCycles)
            {
                break;
            }

            PlanCost cost = model.CostOf(plan, hasOutputScales);
            played++;
            if (best is not { } leader || IsBetter(cost, number, leader.Cost, leader.Number))
            {
                best = (plan, cost, number);
                limitCycles = Math.Min(limitCycles, cost.Cycles);
            }
        }

        bool improves = best is { } winner && (!mayKeep || winner.Cost.Cycles <= incumbentCost.Cycles - SmallestSavingCycles);
        return new TunedPlan(
            incumbent, incumbentCost, improves ? best!.Value.Plan : incumbent, improves ? best!.Value.Cost : incumbentCost, candidates.Count, played);
    }

    private static bool IsBetter(PlanCost cost, int number, PlanCost leader, int leaderNumber)
    {
        if (cost.Cycles != leader.Cycles)
        {
            return cost.Cycles < leader.Cycles;
        }

        return cost.DmaBytes != leader.DmaBytes ? cost.DmaBytes < leader.DmaBytes : number < leaderNumber;
    }
}
