namespace TileProof.HwModel.Dma;

/// <summary>When the bytes of a DMA transfer move. A correct program gives the same result under every policy.</summary>
public abstract class LandingPolicy
{
    /// <summary>A short stable name for reports.</summary>
    public abstract string Name { get; }

    /// <summary>Makes the policy of a name: <c>issue</c>, <c>wait</c> or <c>random</c>.</summary>
    /// <param name="kind">Which policy.</param>
    /// <param name="seed">The seed of the random policy; others ignore it.</param>
    public static LandingPolicy Create(LandingKind kind, int seed) => kind switch
    {
        LandingKind.AtIssue => new LandAtIssue(),
        LandingKind.AtWait => new LandAtWait(),
        LandingKind.Random => new LandAtRandom(seed),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A transfer was issued.</summary>
    internal abstract void Issued(DmaEngine engine, DmaTransfer transfer);

    /// <summary>The core did something else since the last call.</summary>
    internal abstract void Advance(DmaEngine engine);
}
