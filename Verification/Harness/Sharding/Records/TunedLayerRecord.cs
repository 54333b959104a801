namespace TileProof.Verification.Sharding.Records;

/// <summary>A tuned layer at a bank setting as it is written down: what was found, and what the runs of it gave, in the order of the runs.</summary>
internal sealed record TunedLayerRecord(TunedPlanRecord[] Plans, CaseRecord[] Runs, CaseRecord[] PublishedRuns);
