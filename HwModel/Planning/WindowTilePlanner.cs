using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>Plans the tiles of the kernels that are not of the modelled library: depthwise ones, and any window.</summary>
/// <remarks>
/// Of every channel tile and the most rows that fit with it, the plan is taken that moves the fewest bytes, where every transfer counts as
/// some bytes more. Inputs are loaded into two buffers in turn; one buffer, and sums over parts of the input channels, are taken only where
/// nothing else fits. A channel tile lies inside a group or is made of whole groups, so that its input channels are consecutive.
/// </remarks>
internal static class WindowTilePlanner
{
    /// <summary>What starting a transfer and its share of the loop cost, in bytes that could be moved in that time.</summary>
    private const long BytesPerTransfer = 256;

    /// <summary>Buffers of input and of coefficients, and whether all biases stay in local memory: what is asked first, and what is asked where none of those fits.</summary>
    private static readonly (int Inputs, int Coefficients, bool KeepsBiases)[][] Choices =
    [
        [(2, 2, true), (2, 2, false), (2, 1, true), (2, 1, false)],
        [(1, 1, true), (1, 1, false)],
    ];

    /// <summary>Plans a layer; a <see cref="CachePlan"/> says that no tile fits the banks.</summary>
    /// <param name="shape">The geometry.</param>
    /// <param name="configuration">The banks.</param>
    public static Conv2dTilePlan Plan(Conv2dShape shape, DspConfiguration configuration) => TryPlanTiles(shape, configuration) ?? (Conv2dTilePlan)CachePlan.Of(shape);

    private static FreePlan? TryPlanTiles(Conv2dShape shape, DspConfiguration configuration)
    {
        int[] channelTiles = ChannelTiles(shape);
        for (int passChannels = shape.InChannels; ; passChannels = (passChannels + 1) / 2)
        {
            foreach ((int Inputs, int Coefficients, bool KeepsBiases)[] choices in Choices)
            {
                FreePlan? best = null;
                long bestBytes = long.MaxValue;
                foreach ((int inputs, int coefficients, bool keepsBiases) in choices)
                {
                    foreach (int channels in channelTiles)
                    {
                        if (MostRows(shape, channels, passChannels, inputs, coefficients, keepsBiases, configuration) is not { } plan)
                        {
                            continue;
                        }

                        foreach (LoopOrder order in Enum.GetValues<LoopOrder>())
                        {
                            FreePlan candidate = plan with { Schedule = plan.Schedule with { Order = order } };
                            long bytes = MovedBytes(candidate);
                            if (bytes < bestBytes)
                            {
                                (best, bestBytes) = (candidate, bytes);
                            }
                        }
                    }
                }

                if (best is not null)
                {
                    return FreePlacement.Place(best, hasOutputScales: true, configuration);
                }
            }

            if (passChannels == 1 || shape.Groups > 1)
            {
                return null;
            }
        }
    }

    /// <summary>The channel tiles that are looked at, the largest first: parts that divide what is cut, and powers of two.</summary>
    private static int[] ChannelTiles(Conv2dShape shape)
    {
        IEnumerable<int> wholeGroups = Parts(shape.Groups).Select(groups => groups * shape.GroupOutChannels);
        IEnumerable<int> insideGroup = shape.Groups == 1 ? Parts(shape.OutChannels) : Parts(shape.GroupOutChannels).Where(part => shape.GroupOutChannels % part == 0);
        return [.. wholeGroups.Concat(insideGroup).Distinct().OrderDescending()];

        static IEnumerable<int> Parts(int count) => Enumerable.Range(1, count).Where(part => count % part == 0 || int.IsPow2(part));
    }

    /// <summary>The plan with the most rows that fits; null where not even one row does. Fewer rows never take more room.</summary>
    private static FreePlan? MostRows(
        Conv2dShape shape, int channels, int passChannels, int inputs, int coefficients, bool keepsBiases, DspConfiguration configuration)
    {
        int groupsInTile = Math.Max(1, channels / shape.GroupOutChannels);
        var schedule = new TileSchedule
        {
            Order = default,
            InputBufferCount = inputs,
            CoefficientBufferCount = coefficients,
            InputChannelsPerPass = shape.Groups == 1 ? passChannels : groupsInTile * shape.GroupInChannels,
            KeepsAllBiases = keepsBiases,
        };
        int fitting = 0;
        int failing = shape.OutHeight + 1;
        while (failing - fitting > 1)
        {
            int rows = fitting + ((failing - fitting) / 2);
            if (FreePlacement.Fits(WithRows(rows), hasOutputScales: true, configuration))
            {
                fitting = rows;
            }
            else
            {
                failing = rows;
            }
        }

        return fitting == 0 ? null : WithRows(fitting);

        FreePlan WithRows(int rows) => new()
        {
            Shape = shape,
            ChannelsPerTile = channels,
            RowsPerTile = rows,
            AllocationAlignmentBytes = configuration.AllocationAlignmentBytes,
            Placement = default,
            Schedule = schedule,
        };
    }

    /// <summary>All bytes that a plan moves for an image, transfers added; coefficients that are not loaded behind a computation count twice.</summary>
    private static long MovedBytes(FreePlan plan)
    {
        Conv2dShape shape = plan.Shape;
        TileSchedule schedule = plan.Schedule;
        bool rowsOuter = schedule.Order == LoopOrder.RowsOuter;
        long tiles = (long)plan.RowTileCount * plan.ChannelTileCount;
        bool keepsInput = plan.LoadsInputOnce;
        bool keepsCoefficients = plan.LoadsCoefficientsOnce;
        long inputLoads = keepsInput ? plan.RowTileCount : tiles * plan.PassCount;
        long coefficientLoads = keepsCoefficients ? plan.ChannelTileCount : tiles * plan.PassCount;
        long biasLoads = schedule.KeepsAllBiases ? 1 : rowsOuter ? tiles : plan.ChannelTileCount;
        long inputRounds = keepsInput ? 1 : shape.Groups == 1 ? plan.ChannelTileCount : Math.Max(1, shape.GroupOutChannels / plan.ChannelsPerTile);
        long loadedRows = Enumerable.Range(0, plan.RowTileCount).Sum(rowTile => (long)InputWindow.Of(plan, rowTile).RowCount);
        long coefficientBytes = (keepsCoefficients ? 1 : plan.RowTileCount) * (long)shape.WeightCount;
        long transfers = inputLoads + coefficientLoads + biasLoads + tiles;
        return (inputRounds * loadedRows * shape.InWidth * shape.InChannels)
            + (schedule.CoefficientBufferCount == 1 ? 2 * coefficientBytes : coefficientBytes)
            + ((long)shape.OutChannels * shape.OutHeight * shape.OutWidth)
            + (transfers * BytesPerTransfer);
    }
}
