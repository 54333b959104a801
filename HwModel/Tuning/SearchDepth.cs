namespace TileProof.HwModel.Tuning;

/// <summary>How many candidates a search plays.</summary>
public enum SearchDepth
{
    /// <summary>Only those whose lower bound is not above the best cost so far.</summary>
    Pruned,

    /// <summary>All, without trusting any bound: the proof of the pruned search.</summary>
    Exhaustive,
}
