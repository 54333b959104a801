using TileProof.Verification.Options;

namespace TileProof.Verification.Hazards;

/// <summary>One row of <c>hazards.csv</c>: one kind of broken rule in one layer at one bank setting.</summary>
public sealed record HazardRow
{
    /// <summary>The network; empty for a single layer.</summary>
    public required string Network { get; init; }

    /// <summary>The name of the call; empty for a single layer.</summary>
    public required string Call { get; init; }

    /// <summary>The layer key.</summary>
    public required string ConfigKey { get; init; }

    /// <summary>The bank setting.</summary>
    public required string Bank { get; init; }

    /// <summary>The version of the programs.</summary>
    public required string Programs { get; init; }

    /// <summary>The rule.</summary>
    public required string Rule { get; init; }

    /// <summary><c>violation</c> or <c>warning</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>How often this kind of pair broke it.</summary>
    public required long Occurrences { get; init; }

    /// <summary>The first tile.</summary>
    public required string Tile { get; init; }

    /// <summary>The memory of the bytes concerned.</summary>
    public required string Memory { get; init; }

    /// <summary>Their buffer.</summary>
    public required string Buffer { get; init; }

    /// <summary>The first of them, counted in the buffer.</summary>
    public required long FirstByte { get; init; }

    /// <summary>The last of them.</summary>
    public required long LastByte { get; init; }

    /// <summary>The operation that broke the rule.</summary>
    public required string Operation { get; init; }

    /// <summary>What it collides with.</summary>
    public required string CollidesWith { get; init; }

    /// <summary>The run that showed it: <c>layer</c>, or <c>end-to-end</c> for a whole network.</summary>
    public required string Run { get; init; }

    /// <summary>The row of a hazard.</summary>
    public static HazardRow Of(FoundHazard found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return new HazardRow
        {
            Network = found.Network,
            Call = found.Call,
            ConfigKey = found.Layer,
            Bank = found.Bank,
            Programs = found.Programs,
            Rule = found.Hazard.Rule.Name,
            Severity = ChoiceList.NameOf(found.Hazard.Rule.Severity),
            Occurrences = found.Hazard.Occurrences,
            Tile = found.Hazard.Tile.ToString(),
            Memory = found.Hazard.Memory,
            Buffer = found.Hazard.Buffer,
            FirstByte = found.Hazard.FirstByte,
            LastByte = found.Hazard.LastByte,
            Operation = found.Hazard.Operation,
            CollidesWith = found.Hazard.CollidesWith,
            Run = found.IsEndToEnd ? "end-to-end" : "layer",
        };
    }
}
