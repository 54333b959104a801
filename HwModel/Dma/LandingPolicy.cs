using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Dma;

/// <summary>When the bytes of a DMA transfer move. A correct program gives the same result under every policy.</summary>
public abstract class LandingPolicy
{
    /// <summary>A short stable name for reports.</summary>
    public abstract string Name { get; }

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
