using TileProof.HwModel.Dma;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Machine;

/// <summary>Changes what a program asks of the machine before the machine does it. Deliberate defects are made this way.</summary>
/// <remarks>Methods that return false drop the operation. Observers see what the machine does, not what the program asked for.</remarks>
public abstract class MachineInterceptor
{
    /// <summary>A program of an operator call begins.</summary>
    public virtual void ProgramStarted(string program)
    {
    }

    /// <summary>A buffer is about to be handed out; returns the bytes that it gets.</summary>
    public virtual int Allocating(int bank, string label, int lengthBytes) => lengthBytes;

    /// <summary>A buffer was handed out; returns the one that the program receives.</summary>
    public virtual MemoryBuffer Allocated(MemoryBuffer buffer) => buffer;

    /// <summary>A descriptor is about to be given to a channel.</summary>
    public virtual bool Issuing(ref int channel, ref DmaDescriptor descriptor) => true;

    /// <summary>The program is about to wait until a channel has at most <paramref name="outstandingCount"/> unfinished transfers.</summary>
    public virtual bool Waiting(ref int channel, ref int outstandingCount) => true;

    /// <summary>The core is about to write a constant.</summary>
    public virtual bool Filling(ref FillStep step) => true;

    /// <summary>The core is about to compute from the bytes that lie in memory now.</summary>
    public virtual void Computing(ComputeStep step)
    {
    }

    /// <summary>The core is about to write its cache lines of a region back.</summary>
    public virtual bool WritingBackCache(ref StridedRegion region) => true;

    /// <summary>The core is about to drop its cache lines of a region.</summary>
    public virtual bool InvalidatingCache(ref StridedRegion region) => true;

    /// <summary>A kernel is about to be given its requantization integers.</summary>
    public virtual Requantization Requantizing(Requantization requantization) => requantization;

    /// <summary>The pack stage of a kernel is about to be set up.</summary>
    public virtual PackBehavior Packing(PackBehavior behavior) => behavior;
}
