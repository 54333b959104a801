using TileProof.HwModel.Dma;

namespace TileProof.HwModel.Machine;

/// <summary>Sees what a modelled program does, in program order. Hazard rules, the timeline and traces derive from it.</summary>
public abstract class MachineObserver
{
    /// <summary>A program of an operator call begins.</summary>
    public virtual void ProgramStarted(string program)
    {
    }

    /// <summary>A program of an operator call returns.</summary>
    public virtual void ProgramEnded()
    {
    }

    /// <summary>A tiled program has its input of a tile and begins to work on it.</summary>
    public virtual void TileStarted(TileCoordinates tile)
    {
    }

    /// <summary>A buffer was handed out.</summary>
    public virtual void Allocated(MemoryBuffer buffer)
    {
    }

    /// <summary>A descriptor was given to a channel.</summary>
    public virtual void TransferIssued(DmaTransfer transfer)
    {
    }

    /// <summary>A descriptor was given to a channel whose ring was full.</summary>
    public virtual void RingFull(DmaChannel channel)
    {
    }

    /// <summary>The program waited until a channel had at most <paramref name="outstandingCount"/> transfers that it has not waited for.</summary>
    public virtual void Waited(DmaChannel channel, int outstandingCount)
    {
    }

    /// <summary>The core is about to write a constant.</summary>
    public virtual void Filling(in FillStep step)
    {
    }

    /// <summary>The core is about to compute.</summary>
    public virtual void Computing(ComputeStep step)
    {
    }

    /// <summary>Elements of the computation announced last left the range of an intermediate value.</summary>
    public virtual void ArithmeticLeftRange(ComputeStep step, ArithmeticEvents events)
    {
    }

    /// <summary>A kernel returned an error and its caller went on.</summary>
    public virtual void StatusIgnored(string kernel, string reason)
    {
    }

    /// <summary>The core writes its cache lines of a region back to system memory.</summary>
    public virtual void CacheWrittenBack(in StridedRegion region)
    {
    }

    /// <summary>An operator call returned its result.</summary>
    public virtual void HandedBack(MemoryBuffer output)
    {
    }

    /// <summary>The core drops its cache lines of a region.</summary>
    public virtual void CacheInvalidated(in StridedRegion region)
    {
    }
}
