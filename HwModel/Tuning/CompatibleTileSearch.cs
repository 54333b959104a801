using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;

namespace TileProof.HwModel.Tuning;

/// <summary>
/// Searches the plans that the published programs run unchanged: their loop structure with any tile and any bank assignment, and their
/// cache path, which a layer table names for a layer of its choice.
/// </summary>
/// <remarks>
/// Candidates are all channel tiles, divisors of the channels or not, with all row tiles from one row on, for which the seven buffers
/// fit the banks in any assignment. The bank of a buffer does not change the cost, so one assignment stands for all that fit. The cache
/// path is one where its scratch buffer takes the whole padded image. Where it does not, the published program computes nothing: any plan
/// that fits is better then, whatever the cycles.
/// </remarks>
public static class CompatibleTileSearch
{
    /// <summary>The cheapest plan of a layer.</summary>
    /// <param name="shape">The geometry; a tiled kernel computes it.</param>
    /// <param name="configuration">The banks.</param>
    /// <param name="model">Prices plans.</param>
    /// <param name="hasOutputScales">Whether every output channel has its own scale; else no program allocates their buffer, and none is counted.</param>
    /// <param name="depth">How many candidates are played.</param>
    /// <param name="uncertainty">What the prices leave open: only plans whose saving against the published one is larger than its error bar count; null for all.</param>
    /// <exception cref="ArgumentException">No tiled kernel computes the geometry.</exception>
    public static TunedPlan Find(
        Conv2dShape shape, DspConfiguration configuration, PlanCostModel model, bool hasOutputScales, SearchDepth depth = SearchDepth.Pruned, CycleUncertainty? uncertainty = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(model);
        if (!ConvolutionKernel.IsPublished(shape))
        {
            throw new ArgumentException($"{shape.ConfigKey}: no tiled kernel computes this geometry.", nameof(shape));
        }

        var bound = new CompatibleBound(shape, model.Costs);
        Conv2dTilePlan published = Conv2dTilePlanner.Plan(shape, configuration);
        bool mayKeep = published.RunsOnPublishedPrograms(configuration);
        PlanJudge? judge = mayKeep && uncertainty is not null ? new PlanJudge(published, model, uncertainty, hasOutputScales) : null;
        var contest = new PlanContest(published, mayKeep, model, hasOutputScales, depth, judge);
        var cachePath = CachePlan.Of(shape);
        if (cachePath.RunsOnPublishedPrograms(configuration))
        {
            contest.Enter(cachePath, boundCycles: 0);
        }

        for (int channels = 1; channels <= shape.OutChannels; channels++)
        {
            for (int rows = 1; rows <= shape.OutHeight; rows++)
            {
                var buffers = TileBuffers.Of(shape, channels, rows, configuration.AllocationAlignmentBytes);
                buffers = hasOutputScales ? buffers : buffers with { OutputScaleBytes = 0 };
                if (BankAssignment.Find(buffers, configuration.Banks) is not { } placement)
                {
                    // More rows only make the buffers larger.
                    break;
                }

                var plan = new TiledPlan
                {
                    Shape = shape, ChannelsPerTile = channels, RowsPerTile = rows, Placement = placement, AllocationAlignmentBytes = configuration.AllocationAlignmentBytes,
                };
                contest.Enter(plan, bound.Of(plan));
            }
        }

        TunedPlan decided = contest.Decide();
        return judge is null || !decided.IsImproved ? decided : decided with { SavedHalfWidthCycles = judge.HalfWidthCycles(decided.Best) };
    }
}
