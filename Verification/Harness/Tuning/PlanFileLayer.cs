using System.Text.Json.Serialization;
using TileProof.HwModel.Planning;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>The plan of one layer in a plan file.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PlanFileLayer
{
    /// <summary>The key of the published tables.</summary>
    public required string Layer { get; init; }

    /// <summary><c>dma</c> or <c>cache</c>.</summary>
    public required string Mode { get; init; }

    public required int ChannelsPerTile { get; init; }

    public required int ChannelTiles { get; init; }

    public required int ChannelsInLastTile { get; init; }

    public required int RowsPerTile { get; init; }

    public required int RowTiles { get; init; }

    public required int RowsInLastTile { get; init; }

    /// <summary>Seven digits: the banks of input ping and pong, coefficients, output ping and pong, biases, output scales.</summary>
    public required string Banks { get; init; }

    /// <summary>What a free program does differently; absent for the published loop structure.</summary>
    public PlanFileSchedule? Schedule { get; init; }

    public static PlanFileLayer Of(Conv2dTilePlan plan) => new()
    {
        Layer = plan.Shape.ConfigKey,
        Mode = ChoiceList.NameOf(plan.Mode),
        ChannelsPerTile = plan.ChannelsPerTile,
        ChannelTiles = plan.ChannelTileCount,
        ChannelsInLastTile = plan.ChannelsInLastTile,
        RowsPerTile = plan.RowsPerTile,
        RowTiles = plan.RowTileCount,
        RowsInLastTile = plan.RowsInTile(plan.RowTileCount - 1),
        Banks = ((plan as DmaPlan)?.Placement ?? default).ToString(),
        Schedule = plan is FreePlan free ? PlanFileSchedule.Of(free.Schedule) : null,
    };
}
