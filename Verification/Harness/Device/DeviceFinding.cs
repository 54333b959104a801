using TileProof.HwModel.Device;

namespace TileProof.Verification.Device;

/// <summary>Something that is wrong with a device program, at one line of it, in all cases together.</summary>
public sealed record DeviceFinding
{
    /// <summary>The hazard rule, or <c>fault</c>, <c>wrong-bytes</c> or <c>foreign-memory</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>One sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The line; null where none is known.</summary>
    public SourceOrigin? Origin { get; init; }

    /// <summary>Where the transfer was issued that it collides with; null where there is none.</summary>
    public SourceOrigin? OtherOrigin { get; init; }

    /// <summary>The channel of that transfer.</summary>
    public int? OtherChannel { get; init; }

    /// <summary>The first case that shows it: layer and bank setting.</summary>
    public required string FirstCase { get; init; }

    /// <summary>Cases that show it.</summary>
    public int CaseCount { get; init; } = 1;

    /// <summary>How often it happened in them.</summary>
    public long Occurrences { get; init; } = 1;

    /// <summary>The line that a wait would stand before; where the entry returns for a transfer that is under way then.</summary>
    public SourceOrigin? WaitOrigin { get; init; }

    /// <summary>What would mend it, and whether that was tried; empty where nothing is offered.</summary>
    public string Mend { get; init; } = "";

    /// <summary>What makes findings of several cases one.</summary>
    public (string Rule, string Place, string Other, int? Channel) Key => (Rule, Origin?.ToString() ?? Message, OtherOrigin?.ToString() ?? "", OtherChannel);

    /// <summary><c>conv.c:120: read-before-arrival: ...</c>.</summary>
    public override string ToString() =>
        $"{(Origin is null ? "" : Origin + ": ")}{Rule}: {Message}{(OtherOrigin is null ? "" : $"; issued at {OtherOrigin}")} ({FirstCase}{(CaseCount > 1 ? $" and {CaseCount - 1} more" : "")}){(Mend.Length == 0 ? "" : "; " + Mend)}";
}
