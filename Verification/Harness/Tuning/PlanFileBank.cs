using System.Text.Json.Serialization;

namespace TileProof.Verification.Tuning;

/// <summary>The plans of one bank setting in a plan file.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PlanFileBank
{
    public required int Dram0Bytes { get; init; }

    public required int Dram1Bytes { get; init; }

    /// <summary>Whether every plan leaves room for one output scale per channel.</summary>
    public required bool PerChannelScales { get; init; }

    public required IReadOnlyList<PlanFileLayer> Layers { get; init; }
}
