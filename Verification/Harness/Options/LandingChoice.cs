namespace TileProof.Verification;

/// <summary>When the bytes of a DMA transfer arrive.</summary>
public enum LandingChoice
{
    /// <summary>As soon as the transfer is issued: the kindest.</summary>
    AtIssue,

    /// <summary>Only when the program waits for it: the harshest.</summary>
    AtWait,

    /// <summary>At a moment in between, drawn from the seed.</summary>
    Random,
}
