using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>The tile planner for max pooling: the published search, and the same search with the allocator's rules.</summary>
/// <remarks>
/// Operator contract, section 11d. The published search takes the most channels, then the most rows, whose input and output
/// buffer together fit the smaller bank. It adds exact byte counts although the allocator rounds each buffer up (hazard M6), and
/// when nothing fits it keeps the whole tensor as one tile (M7). Both plans overflow a bank.
/// </remarks>
public static class MaxPoolTilePlanner
{
    private const int ByteExact = 1;

    /// <summary>A plan that the banks can hold; null where not even one row of one channel fits, which leaves the cache path.</summary>
    /// <remarks>Equal to <see cref="PlanAsPublished(MaxPool2dShape, DspConfiguration)"/> wherever that plan fits; otherwise the next smaller tile that does.</remarks>
    /// <param name="shape">The geometry.</param>
    /// <param name="configuration">The machine.</param>
    /// <param name="elementBytes">Bytes of an element.</param>
    public static MaxPoolTilePlan? TryPlan(MaxPool2dShape shape, DspConfiguration configuration, int elementBytes = sizeof(float))
    {
        ArgumentNullException.ThrowIfNull(configuration);
        int bankBytes = Math.Min(configuration.Ping.Bytes, configuration.Pong.Bytes);
        return On(Search(shape, bankBytes, configuration.AllocationAlignmentBytes, elementBytes), configuration);
    }

    /// <summary>The plan that the published tables hold for a machine, whether or not its banks can hold its buffers.</summary>
    public static MaxPoolTilePlan PlanAsPublished(MaxPool2dShape shape, DspConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return On(PlanAsPublished(shape, configuration.Ping.Bytes, configuration.Pong.Bytes), configuration)!;
    }

    /// <summary>The plan that the published tables hold for these banks, whether or not the banks can hold its buffers.</summary>
    public static MaxPoolTilePlan PlanAsPublished(MaxPool2dShape shape, int dram0Bytes, int dram1Bytes) =>
        Search(shape, Math.Min(dram0Bytes, dram1Bytes), ByteExact) ?? PlanOf(shape, shape.Channels, shape.OutHeight);

    private static MaxPoolTilePlan? On(MaxPoolTilePlan? plan, DspConfiguration configuration) =>
        plan is null ? null : plan with { PingBank = configuration.Ping.Bank, PongBank = configuration.Pong.Bank };

    private static MaxPoolTilePlan? Search(MaxPool2dShape shape, int bankBytes, int alignmentBytes, int elementBytes = sizeof(float))
    {
        for (int channels = shape.Channels; channels >= 1; channels--)
        {
            for (int rows = shape.OutHeight; rows >= 1; rows--)
            {
                MaxPoolTilePlan plan = PlanOf(shape, channels, rows) with { ElementBytes = elementBytes };
                if (plan.FitsBanks(bankBytes, alignmentBytes))
                {
                    return plan;
                }
            }
        }

        return null;
    }

    private static MaxPoolTilePlan PlanOf(MaxPool2dShape shape, int channels, int rows) =>
        new() { Shape = shape, ChannelsPerTile = channels, RowsPerTile = rows };
}
