using System.Text.Json.Serialization;

namespace TileProof.Verification.Tuning;

/// <summary>The plans of one bank setting in a plan file.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PlanFileBank
{
    /// <summary>Of a machine with two banks; else <see cref="BankBytes"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Dram0Bytes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Dram1Bytes { get; init; }

    /// <summary>The bytes of each bank of a machine that has another number of them than two.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? BankBytes { get; init; }

    /// <summary>Whether every plan leaves room for one output scale per channel.</summary>
    public required bool PerChannelScales { get; init; }

    public required IReadOnlyList<PlanFileLayer> Layers { get; init; }
}
