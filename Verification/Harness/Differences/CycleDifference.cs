namespace TileProof.Verification.Differences;

/// <summary>Predicted cycles that differ, of a call or of a whole network over the calls that both runs have.</summary>
/// <param name="Place">The network, or the call with its network and index.</param>
/// <param name="Bank">The bank setting.</param>
/// <param name="Mode">The machine mode.</param>
/// <param name="Old">Cycles of the old run.</param>
/// <param name="New">Cycles of the new run.</param>
public sealed record CycleDifference(string Place, string Bank, string Mode, long Old, long New)
{
    /// <summary>Cycles more than before.</summary>
    public long Growth => New - Old;

    /// <summary>The same, in percent of what it was.</summary>
    public double GrowthPercent => Old == 0 ? double.PositiveInfinity : 100.0 * Growth / Old;
}
