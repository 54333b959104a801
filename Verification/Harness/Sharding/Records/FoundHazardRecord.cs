namespace TileProof.Verification.Sharding.Records;

/// <summary>A hazard of a whole network with its call, as it is written down.</summary>
internal sealed record FoundHazardRecord(string Call, string Layer, HazardRecord Hazard);
