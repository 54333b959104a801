using System.Text.Json.Serialization;

namespace TileProof.Verification.Tuning;

/// <summary>A plan file as JSON holds it; counts are stated although they follow from each other, so that a slip in one of them shows.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PlanFileContent
{
    public required string Format { get; init; }

    public required IReadOnlyList<PlanFileBank> Banks { get; init; }
}
