using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Dma;

/// <summary>The two DMA channels of the machine.</summary>
public sealed class DmaEngine
{
    private readonly DspConfiguration configuration;
    private readonly LandingPolicy landing;
    private readonly MachineInterceptor? interceptor;
    private readonly MachineObserver[] observers;
    private readonly DmaChannel[] channels;
    private long nextSequence;

    internal DmaEngine(DspConfiguration configuration, LandingPolicy landing, MachineInterceptor? interceptor, MachineObserver[] observers)
    {
        this.configuration = configuration;
        this.landing = landing;
        this.interceptor = interceptor;
        this.observers = observers;
        channels = [new DmaChannel(0), new DmaChannel(1)];
    }

    /// <summary>Channel 0 and channel 1.</summary>
    public IReadOnlyList<DmaChannel> Channels => channels;

    /// <summary>Gives a descriptor to a channel; the bytes move when the landing policy says so, at the latest when the program waits.</summary>
    /// <exception cref="HardwareFaultException">A side leaves its buffer or the ring is full, and the machine faults on that.</exception>
    public void Issue(int channelIndex, in DmaDescriptor descriptor)
    {
        if (interceptor is null)
        {
            IssueUnchanged(channelIndex, descriptor);
            return;
        }

        DmaDescriptor issued = descriptor;
        if (interceptor.Issuing(ref channelIndex, ref issued))
        {
            IssueUnchanged(channelIndex, issued);
        }
    }

    /// <summary>Waits until a channel has at most <paramref name="outstandingCount"/> unfinished transfers, the youngest ones.</summary>
    public void Wait(int channelIndex, int outstandingCount = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(outstandingCount);
        if (interceptor?.Waiting(ref channelIndex, ref outstandingCount) == false)
        {
            return;
        }

        DmaChannel channel = channels[channelIndex];
        landing.Advance(this);
        while (channel.Outstanding.Count > outstandingCount)
        {
            landing.Retired(channel.RetireOldest());
        }

        foreach (MachineObserver observer in observers)
        {
            observer.Waited(channel, outstandingCount);
        }
    }

    /// <summary>Time passes: the core does something else, and transfers may move bytes meanwhile.</summary>
    internal void Advance() => landing.Advance(this);

    /// <summary>Lets the time of a fill pass.</summary>
    internal void PassTime(in FillStep step) => landing.Filled(step);

    /// <summary>Lets the time of a computation pass.</summary>
    internal void PassTime(ComputeStep step) => landing.Computed(step);

    private static void Touch(in StridedRegion region, in DmaDescriptor descriptor, string side)
    {
        if (!region.IsInsideBuffer || region.EndInSpace > region.Buffer.Space.CapacityBytes)
        {
            region.Buffer.Space.Touch(region, $"DMA {descriptor.Purpose}: the {side}");
        }
    }

    private void IssueUnchanged(int channelIndex, in DmaDescriptor descriptor)
    {
        Touch(descriptor.Source, descriptor, "source");
        Touch(descriptor.Destination, descriptor, "destination");
        DmaChannel channel = channels[channelIndex];
        if (channel.Outstanding.Count >= configuration.RingDepth)
        {
            HandleFullRing(channel, descriptor);
        }

        var transfer = new DmaTransfer(descriptor, channel, nextSequence++);
        channel.Add(transfer);
        foreach (MachineObserver observer in observers)
        {
            observer.TransferIssued(transfer);
        }

        landing.Issued(this, transfer);
    }

    private void HandleFullRing(DmaChannel channel, in DmaDescriptor descriptor)
    {
        foreach (MachineObserver observer in observers)
        {
            observer.RingFull(channel);
        }

        if (configuration.RingFull == RingFullBehavior.Fault)
        {
            throw new HardwareFaultException($"DMA {descriptor.Purpose}: the ring of channel {channel.Index} is full with {channel.Outstanding.Count} descriptors.");
        }

        landing.Retired(channel.RetireOldest());
    }
}
