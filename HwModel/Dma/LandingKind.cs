namespace TileProof.HwModel.Dma;

/// <summary>The landing policies.</summary>
public enum LandingKind
{
    /// <summary>Bytes move when the transfer is issued: the kindest machine.</summary>
    AtIssue,

    /// <summary>Bytes move when the program waits for the transfer: the harshest machine.</summary>
    AtWait,

    /// <summary>Bytes move row by row at random moments, from a seed.</summary>
    Random,

    /// <summary>Bytes move when the cycle model says.</summary>
    Modelled,
}
