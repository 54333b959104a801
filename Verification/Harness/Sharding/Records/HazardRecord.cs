using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;

namespace TileProof.Verification.Sharding.Records;

/// <summary>A <see cref="Hazard"/> as it is written down, its rule by name.</summary>
internal sealed record HazardRecord
{
    public required string Rule { get; init; }

    public required string Program { get; init; }

    public required int[] Tile { get; init; }

    public required string Memory { get; init; }

    public required string Buffer { get; init; }

    public required long FirstByte { get; init; }

    public required long LastByte { get; init; }

    public required string Operation { get; init; }

    public required string CollidesWith { get; init; }

    public required long Occurrences { get; init; }

    public required string[] Timeline { get; init; }

    public static HazardRecord Of(Hazard hazard) => new()
    {
        Rule = hazard.Rule.Name,
        Program = hazard.Program,
        Tile = [hazard.Tile.Image, hazard.Tile.ChannelTile, hazard.Tile.RowTile],
        Memory = hazard.Memory,
        Buffer = hazard.Buffer,
        FirstByte = hazard.FirstByte,
        LastByte = hazard.LastByte,
        Operation = hazard.Operation,
        CollidesWith = hazard.CollidesWith,
        Occurrences = hazard.Occurrences,
        Timeline = [.. hazard.Timeline],
    };

    public Hazard ToHazard() => new()
    {
        Rule = HazardRule.All.Single(rule => rule.Name == Rule),
        Program = Program,
        Tile = new TileCoordinates(Tile[0], Tile[1], Tile[2]),
        Memory = Memory,
        Buffer = Buffer,
        FirstByte = FirstByte,
        LastByte = LastByte,
        Operation = Operation,
        CollidesWith = CollidesWith,
        Occurrences = Occurrences,
        Timeline = Timeline,
    };
}
