using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;

namespace TileProof.HwModel.Tuning;

/// <summary>Searches all plans that the machine can run: loop order, buffers, and passes over the input channels.</summary>
/// <remarks>
/// Published plans and compatible ones compete too, the cache path among them, so that freedom never costs anything. Input channel passes halve. Up to
/// 64 output channels every channel tile is tried. Above, the pruned search tries those that divide the channels evenly into a number of
/// tiles, rounded up to a kernel's channel group; the exhaustive search tries every channel tile there too.
/// </remarks>
public static class FreeTileSearch
{
    /// <summary>Input channel passes are multiples of this: the 1x1 kernels take four input channels at once.</summary>
    private const int PassGranularity = 4;

    private const int EveryChannelTileLimit = 64;

    /// <summary>Output channels that the kernels compute at once.</summary>
    private static readonly int[] ChannelGroups = [1, 2, 3, 4];

    /// <summary>The cheapest plan of a layer.</summary>
    /// <inheritdoc cref="CompatibleTileSearch.Find"/>
    public static TunedPlan Find(
        Conv2dShape shape, DspConfiguration configuration, PlanCostModel model, bool hasOutputScales, SearchDepth depth = SearchDepth.Pruned, CycleUncertainty? uncertainty = null)
    {
        TunedPlan compatible = CompatibleTileSearch.Find(shape, configuration, model, hasOutputScales, depth, uncertainty);
        PlanJudge? judge = uncertainty is not null && compatible.Published.RunsOnPublishedPrograms(configuration)
            ? new PlanJudge(compatible.Published, model, uncertainty, hasOutputScales)
            : null;
        var bound = new FreeBound(shape, model.Costs);
        var contest = new PlanContest(compatible.Best, mayKeep: true, model, hasOutputScales, depth, judge);

        // It may be the cheaper one where the published programs compute nothing with it.
        contest.Enter(compatible.Published, boundCycles: 0);
        int[] channelTiles = [.. depth == SearchDepth.Exhaustive || shape.OutChannels <= EveryChannelTileLimit ? Enumerable.Range(1, shape.OutChannels) : EvenChannelTiles(shape.OutChannels)];
        foreach (TileSchedule schedule in InputChannelPasses(shape.InChannels).SelectMany(Schedules))
        {
            foreach (int channels in channelTiles)
            {
                for (int rows = 1; rows <= shape.OutHeight; rows++)
                {
                    var plan = new FreePlan
                    {
                        Shape = shape, ChannelsPerTile = channels, RowsPerTile = rows, Placement = default, Schedule = schedule, AllocationAlignmentBytes = configuration.AllocationAlignmentBytes,
                    };
                    if (IsRedundant(plan))
                    {
                        continue;
                    }

                    if (!FreePlacement.Fits(plan, hasOutputScales, configuration))
                    {
                        // More rows only make the buffers larger.
                        break;
                    }

                    contest.Enter(plan, bound.Of(plan));
                }
            }
        }

        TunedPlan decided = contest.Decide();
        Conv2dTilePlan best = decided.Best is FreePlan free ? FreePlacement.Place(free, hasOutputScales, configuration) : decided.Best;
        double cheapestCycles = Math.Min(decided.BestCost.Cycles - decided.UncertainCycles, compatible.BestCost.Cycles - compatible.UncertainCycles);
        return compatible with
        {
            Best = best,
            BestCost = decided.BestCost,
            SavedHalfWidthCycles = judge is null || ReferenceEquals(best, compatible.Published) ? 0 : judge.HalfWidthCycles(best),
            UncertainCycles = decided.BestCost.Cycles - cheapestCycles,
            CandidateCount = decided.CandidateCount + compatible.CandidateCount,
            PlayedCount = decided.PlayedCount + compatible.PlayedCount,
        };
    }

    private static IEnumerable<int> EvenChannelTiles(int outChannels) =>
        (from tiles in Enumerable.Range(1, outChannels)
         let evenChannels = (outChannels + tiles - 1) / tiles
         from channelGroup in ChannelGroups
         let channels = (evenChannels + channelGroup - 1) / channelGroup * channelGroup
         where channels <= outChannels
         select channels).Distinct();

    private static IEnumerable<int> InputChannelPasses(int inChannels)
    {
        yield return inChannels;
        int last = inChannels;
        for (int passes = 2; last > PassGranularity; passes *= 2)
        {
            int channels = (inChannels + passes - 1) / passes;
            last = (channels + PassGranularity - 1) / PassGranularity * PassGranularity;
            if (last < inChannels)
            {
                yield return last;
            }
        }
    }

    /// <summary>All choices for a number of input channels a pass; bit by bit, the roomiest first.</summary>
    private static TileSchedule[] Schedules(int inputChannels)
    {
        const int ChoiceCount = 16;
        return Array.ConvertAll([.. Enumerable.Range(0, ChoiceCount)], choice => new TileSchedule
        {
            Order = (choice & 1) == 0 ? LoopOrder.ChannelsOuter : LoopOrder.RowsOuter,
            InputBufferCount = (choice & 2) == 0 ? 2 : 1,
            CoefficientBufferCount = (choice & 4) == 0 ? 2 : 1,
            KeepsAllBiases = (choice & 8) == 0,
            InputChannelsPerPass = inputChannels,
        });
    }

    /// <summary>Whether another schedule gives the same program with fewer buffers.</summary>
    private static bool IsRedundant(FreePlan plan)
    {
        TileSchedule schedule = plan.Schedule;
        bool ordersAreEqual = plan.ChannelTileCount == 1 || plan.RowTileCount == 1;
        bool loadsInputOnce = plan.PassCount == 1 && (plan.RowTileCount == 1);
        bool loadsCoefficientsOnce = plan.PassCount == 1 && plan.ChannelTileCount == 1;
        return (ordersAreEqual && schedule.Order == LoopOrder.RowsOuter)
            || (loadsInputOnce && schedule.InputBufferCount == 2)
            || (loadsCoefficientsOnce && schedule.CoefficientBufferCount == 2)
            || (plan.ChannelTileCount == 1 && !schedule.KeepsAllBiases);
    }
}
