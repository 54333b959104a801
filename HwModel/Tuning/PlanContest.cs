using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Tuning;

/// <summary>Plays candidates against an incumbent, the most promising first, and keeps the cheapest.</summary>
/// <remarks>
/// Candidates of equal cost are told apart by DMA bytes, then by their number, so that the winner does not depend on the depth. The
/// incumbent is kept unless a candidate saves a whole cycle.
/// </remarks>
internal sealed class PlanContest
{
    private const double SmallestSavingCycles = 1;
    private readonly Conv2dTilePlan incumbent;
    private readonly PlanCost incumbentCost;
    private readonly bool mayKeep;
    private readonly PlanCostModel model;
    private readonly bool hasOutputScales;
    private readonly SearchDepth depth;
    private readonly List<(double BoundCycles, int Number, Conv2dTilePlan Plan)> candidates = [];
    private double limitCycles;
    private int candidateCount;

    /// <summary>Begins a contest.</summary>
    /// <param name="incumbent">The plan to beat.</param>
    /// <param name="mayKeep">Whether the incumbent stays where no candidate is cheaper; else the cheapest candidate wins in any case.</param>
    /// <param name="model">Prices plans.</param>
    /// <param name="hasOutputScales">Whether every output channel has a scale of its own.</param>
    /// <param name="depth">How many candidates are played.</param>
    public PlanContest(Conv2dTilePlan incumbent, bool mayKeep, PlanCostModel model, bool hasOutputScales, SearchDepth depth)
    {
        this.incumbent = incumbent;
        this.mayKeep = mayKeep;
        this.hasOutputScales = hasOutputScales;
        this.model = model;
        this.depth = depth;
        incumbentCost = model.CostOf(incumbent, hasOutputScales);
        limitCycles = mayKeep ? incumbentCost.Cycles : double.PositiveInfinity;
    }

    /// <summary>Enters a candidate.</summary>
    /// <param name="plan">A plan that fits.</param>
    /// <param name="boundCycles">A number that its cost does not fall below.</param>
    public void Enter(Conv2dTilePlan plan, double boundCycles)
    {
        if (depth == SearchDepth.Exhaustive || boundCycles <= limitCycles)
        {
            candidates.Add((boundCycles, candidateCount, plan));
        }

        candidateCount++;
    }

    /// <summary>The result against the incumbent.</summary>
    public TunedPlan Decide()
    {
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
            incumbent, incumbentCost, improves ? best!.Value.Plan : incumbent, improves ? best!.Value.Cost : incumbentCost, candidateCount, played);
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
