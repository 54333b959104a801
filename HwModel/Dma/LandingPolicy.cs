using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;

namespace TileProof.HwModel.Dma;

/// <summary>When the bytes of a DMA transfer move. A correct program gives the same result under every policy.</summary>
public abstract class LandingPolicy
{
    /// <summary>A short stable name for reports.</summary>
    public abstract string Name { get; }

    /// <summary>Makes the policy of a name: <c>issue</c>, <c>wait</c>, <c>random</c> or <c>modelled</c>.</summary>
    /// <param name="kind">Which policy.</param>
    /// <param name="seed">The seed of the random policy; others ignore it.</param>
    public static LandingPolicy Create(LandingKind kind, int seed) => kind switch
    {
        LandingKind.AtIssue => new LandAtIssue(),
        LandingKind.AtWait => new LandAtWait(),
        LandingKind.Random => new LandAtRandom(seed),
        LandingKind.Modelled => new LandAtModelledTime(CostCoefficients.Calibrated),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A transfer was issued.</summary>
    internal abstract void Issued(DmaEngine engine, DmaTransfer transfer);

    /// <summary>The core did something else since the last call.</summary>
    internal abstract void Advance(DmaEngine engine);

    /// <summary>The program waited for a transfer, or stalled until the ring had a place for the next.</summary>
    internal virtual void Retired(DmaTransfer transfer)
    {
    }

    /// <summary>The core wrote a constant.</summary>
    internal virtual void Filled(in FillStep step)
    {
    }

    /// <summary>The core computes; its result is written at once, and the time that it takes passes now.</summary>
    internal virtual void Computed(ComputeStep step)
    {
    }
}
