using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.Verification.Mutation;

/// <summary>Counts what a program does to the machine: the figures that plan and cycle snapshots rest on.</summary>
public sealed class TrafficTotals : MachineObserver
{
    /// <summary>The counts so far.</summary>
    public TrafficCounts Counts { get; private set; }

    /// <inheritdoc/>
    public override void TransferIssued(DmaTransfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        StridedRegion source = transfer.Descriptor.Source;
        Counts = transfer.Channel.Index == 0
            ? Counts with { Channel0Transfers = Counts.Channel0Transfers + 1, Channel0Bytes = Counts.Channel0Bytes + source.TotalBytes }
            : Counts with { Channel1Transfers = Counts.Channel1Transfers + 1, Channel1Bytes = Counts.Channel1Bytes + source.TotalBytes };
    }

    /// <inheritdoc/>
    public override void Waited(DmaChannel channel, int outstandingCount)
    {
        ArgumentNullException.ThrowIfNull(channel);
        Counts = channel.Index == 0 ? Counts with { Channel0Waits = Counts.Channel0Waits + 1 } : Counts with { Channel1Waits = Counts.Channel1Waits + 1 };
    }

    /// <inheritdoc/>
    public override void Filling(in FillStep step) => Counts = Counts with { FilledBytes = Counts.FilledBytes + step.Region.TotalBytes };

    /// <inheritdoc/>
    public override void Computing(ComputeStep step) => Counts = Counts with { Computations = Counts.Computations + 1 };

    /// <inheritdoc/>
    public override void CacheWrittenBack(in StridedRegion region) =>
        Counts = Counts with { CacheMaintainedBytes = Counts.CacheMaintainedBytes + region.TotalBytes };

    /// <inheritdoc/>
    public override void CacheInvalidated(in StridedRegion region) =>
        Counts = Counts with { CacheMaintainedBytes = Counts.CacheMaintainedBytes + region.TotalBytes };
}
