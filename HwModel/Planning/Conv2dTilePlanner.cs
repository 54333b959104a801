using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>The published tile planner for convolutions (operator contract, sections 11a-11c).</summary>
/// <remarks>
/// It takes the channel tile that divides the channels most evenly, the larger on a tie, among the contiguous sizes that fit with
/// two output rows, and adds rows only when all channels fit.
/// </remarks>
public static class Conv2dTilePlanner
{
    private const int FirstRowsPerTile = 2;

    /// <summary>Plans a layer; a <see cref="CachePlan"/> says that no tile fits the banks.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="configuration">The banks.</param>
    public static Conv2dTilePlan Plan(Conv2dShape shape, DspConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return TryPlanTiles(shape, configuration.Banks, configuration.AllocationAlignmentBytes) ?? (Conv2dTilePlan)CachePlan.Of(shape);
    }

    /// <summary>Plans DMA tiles; null when no tile fits.</summary>
    /// <remarks>Two banks get the published rules alone, as the published generator applies them to any two; other machines the search of <see cref="BankAssignment"/>.</remarks>
    public static TiledPlan? TryPlanTiles(Conv2dShape shape, BankBytes banks, int alignmentBytes = DspConfiguration.PublishedAllocationAlignmentBytes)
    {
        ArgumentNullException.ThrowIfNull(banks);
        return banks.Count == 2
            ? Search(shape, alignmentBytes, buffers => PlacementSearch.Find(buffers, banks[0], banks[1]))
            : Search(shape, alignmentBytes, buffers => BankAssignment.Find(buffers, banks));
    }

    private static TiledPlan? Search(Conv2dShape shape, int alignmentBytes, Func<TileBuffers, BankPlacement?> place)
    {
        int bestChannels = 0;
        int bestImbalance = int.MaxValue;
        for (int channels = 1; channels <= shape.OutChannels && bestChannels < shape.OutChannels; channels++)
        {
            if (place(TileBuffers.Of(shape, channels, FirstRowsPerTile, alignmentBytes)) is null)
            {
                if (bestChannels > 0)
                {
                    break;
                }

                continue;
            }

            int tiles = (shape.OutChannels + channels - 1) / channels;
            int imbalance = Math.Abs(channels - (shape.OutChannels - (channels * (tiles - 1))));
            if (imbalance <= bestImbalance)
            {
                bestChannels = channels;
                bestImbalance = imbalance;
            }
        }

        if (bestChannels == 0)
        {
            return null;
        }

        int rows = FirstRowsPerTile;
        if (bestChannels == shape.OutChannels)
        {
            while (rows < shape.OutHeight && place(TileBuffers.Of(shape, bestChannels, rows + 1, alignmentBytes)) is not null)
            {
                rows++;
            }
        }

        return new TiledPlan
        {
            Shape = shape,
            ChannelsPerTile = bestChannels,
            RowsPerTile = rows,
            AllocationAlignmentBytes = alignmentBytes,
            Placement = place(TileBuffers.Of(shape, bestChannels, rows, alignmentBytes))!.Value,
        };
    }
}
