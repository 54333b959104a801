using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Tuning;

/// <summary>Plays candidates against an incumbent, the most promising first, and keeps the cheapest, or the cheapest of those that surely save cycles.</summary>
/// <remarks>
/// Candidates of equal cost are told apart by DMA bytes, then by their number, so that the winner does not depend on the depth. The
/// incumbent is kept unless a candidate saves a whole cycle.
/// </remarks>
/// <param name="incumbent">The plan to beat.</param>
/// <param name="mayKeep">Whether the incumbent stays where no candidate is cheaper; else the cheapest candidate wins in any case.</param>
/// <param name="model">Prices plans.</param>
/// <param name="hasOutputScales">Whether every output channel has a scale of its own.</param>
/// <param name="depth">How many candidates are played.</param>
/// <param name="judge">Says which savings are certain; null for all.</param>
internal sealed class PlanContest(Conv2dTilePlan incumbent, bool mayKeep, PlanCostModel model, bool hasOutputScales, SearchDepth depth, PlanJudge? judge)
{
    private const double SmallestSavingCycles = 1;
    private readonly PlanCost incumbentCost = model.CostOf(incumbent, hasOutputScales);
    private readonly List<(double BoundCycles, int Number, Conv2dTilePlan Plan)> candidates = [];
    private double? cheapestCycles;
    private int candidateCount;

    /// <summary>No candidate above this can win.</summary>
    private double LimitCycles => Math.Min(cheapestCycles ?? double.PositiveInfinity, mayKeep ? incumbentCost.Cycles : double.PositiveInfinity);

    /// <summary>Enters a candidate.</summary>
    /// <param name="plan">A plan that fits.</param>
    /// <param name="boundCycles">A number that its cost does not fall below.</param>
    public void Enter(Conv2dTilePlan plan, double boundCycles)
    {
        if (depth == SearchDepth.Exhaustive || boundCycles <= LimitCycles)
        {
            candidates.Add((boundCycles, candidateCount, plan));
        }

        candidateCount++;
    }

    /// <summary>The result against the incumbent.</summary>
    public TunedPlan Decide()
    {
        Leader? best = null;
        var played = new List<Leader>();
        if (depth == SearchDepth.Pruned)
        {
            candidates.Sort(static (x, y) => x.BoundCycles != y.BoundCycles ? x.BoundCycles.CompareTo(y.BoundCycles) : x.Number.CompareTo(y.Number));
        }

        foreach ((double boundCycles, int number, Conv2dTilePlan plan) in candidates)
        {
            if (depth == SearchDepth.Pruned && boundCycles > LimitCycles)
            {
                break;
            }

            var one = new Leader(plan, model.CostOf(plan, hasOutputScales), number);
            played.Add(one);
            if (best is not { } leader || one.IsBetterThan(leader))
            {
                best = one;
                cheapestCycles = one.Cost.Cycles;
            }
        }

        Leader? cheapest = best is { } winner && (!mayKeep || Improves(winner)) ? winner : null;
        Leader? kept = cheapest is { } first && judge is not null && !judge.IsCertain(first.Plan, first.Cost) ? CheapestCertain(played) : cheapest;
        PlanCost keptCost = kept?.Cost ?? incumbentCost;
        return new TunedPlan(incumbent, incumbentCost, kept?.Plan ?? incumbent, keptCost, candidateCount, played.Count)
        {
            UncertainCycles = keptCost.Cycles - (cheapest?.Cost ?? incumbentCost).Cycles,
        };
    }

    private bool Improves(Leader one) => one.Cost.Cycles <= incumbentCost.Cycles - SmallestSavingCycles;

    /// <summary>The cheapest candidate that surely saves cycles, null for none; candidates that the search for the cheapest of all did not need are played too.</summary>
    /// <param name="played">Those played so far, the first ones of <see cref="candidates"/>; receives the others.</param>
    private Leader? CheapestCertain(List<Leader> played)
    {
        Leader? certain = null;
        for (int i = 0; i < candidates.Count; i++)
        {
            (double boundCycles, int number, Conv2dTilePlan plan) = candidates[i];
            if (depth == SearchDepth.Pruned && boundCycles > (certain?.Cost ?? incumbentCost).Cycles)
            {
                break;
            }

            if (i == played.Count)
            {
                played.Add(new Leader(plan, model.CostOf(plan, hasOutputScales), number));
            }

            Leader one = played[i];
            if (Improves(one) && (certain is not { } leader || one.IsBetterThan(leader)) && judge!.IsCertain(plan, one.Cost))
            {
                certain = one;
            }
        }

        return certain;
    }

    /// <summary>A candidate that was played.</summary>
    private readonly record struct Leader(Conv2dTilePlan Plan, PlanCost Cost, int Number)
    {
        public bool IsBetterThan(Leader other)
        {
            if (Cost.Cycles != other.Cost.Cycles)
            {
                return Cost.Cycles < other.Cost.Cycles;
            }

            return Cost.DmaBytes != other.Cost.DmaBytes ? Cost.DmaBytes < other.Cost.DmaBytes : Number < other.Number;
        }
    }
}
