namespace TileProof.Verification.Diagnosis;

/// <summary>The output of a replay.</summary>
/// <param name="Levels">The levels <c>[N, OC, OH, OW]</c>.</param>
/// <param name="OtherLevels">Those with other bytes in memory before; the same where that cannot show.</param>
internal sealed record Replay(sbyte[] Levels, sbyte[] OtherLevels);
