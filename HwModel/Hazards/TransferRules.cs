using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>The rules on order: what may be touched while transfers that were not waited for are under way.</summary>
/// <remarks>Transfers of one channel keep their order, so that they cannot race with each other.</remarks>
internal sealed class TransferRules(HazardLog log)
{
    private readonly List<DmaTransfer> pending = [];

    public void Issue(DmaTransfer transfer, in MachineOperation operation)
    {
        Read(transfer.Descriptor.Source, operation, transfer.Channel);
        Write(transfer.Descriptor.Destination, operation, transfer.Channel);
        pending.RemoveAll(older => IsSuperseded(older, transfer));
        pending.Add(transfer);
    }

    public void Wait(DmaChannel channel, int outstandingCount)
    {
        int kept = 0;
        for (int i = pending.Count - 1; i >= 0; i--)
        {
            if (pending[i].Channel == channel && kept++ >= outstandingCount)
            {
                pending.RemoveAt(i);
            }
        }
    }

    public void Read(in StridedRegion region, in MachineOperation operation, DmaChannel? ownChannel = null)
    {
        for (int i = pending.Count - 1; i >= 0; i--)
        {
            if (pending[i].Channel != ownChannel && ByteRuns.Overlap(region, pending[i].Descriptor.Destination) is { } bytes)
            {
                Report(HazardRule.ReadBeforeArrival, operation, region.Buffer, bytes, pending[i]);
                return;
            }
        }
    }

    public void Write(in StridedRegion region, in MachineOperation operation, DmaChannel? ownChannel = null)
    {
        bool overWrite = false;
        bool overRead = false;
        for (int i = pending.Count - 1; i >= 0 && !(overWrite && overRead); i--)
        {
            DmaTransfer other = pending[i];
            if (other.Channel == ownChannel)
            {
                continue;
            }

            if (!overWrite && ByteRuns.Overlap(region, other.Descriptor.Destination) is { } written)
            {
                overWrite = true;
                Report(HazardRule.WriteUnderWrite, operation, region.Buffer, written, other);
            }

            if (!overRead && ByteRuns.Overlap(region, other.Descriptor.Source) is { } read)
            {
                overRead = true;
                Report(HazardRule.WriteUnderRead, operation, region.Buffer, read, other);
            }
        }
    }

    public void Return(in MachineOperation operation)
    {
        foreach (DmaTransfer transfer in pending)
        {
            Report(HazardRule.InFlightAtReturn, operation, transfer.Descriptor.Destination.Buffer, Extent(transfer.Descriptor.Destination), transfer);
        }
    }

    /// <summary>A load to exactly where an older one of its channel goes: what may not be touched now is what the younger one writes.</summary>
    private static bool IsSuperseded(DmaTransfer older, DmaTransfer younger) =>
        older.Channel == younger.Channel
        && older.Descriptor.Destination == younger.Descriptor.Destination
        && older.Descriptor.Source.Buffer.Space is SystemMemory;

    private static (long Start, long End) Extent(in StridedRegion region) => (region.StartInSpace, region.EndInSpace);

    private void Report(HazardRule rule, in MachineOperation operation, MemoryBuffer buffer, (long Start, long End) bytes, DmaTransfer other) =>
        log.Report(rule, operation, buffer, bytes, new MachineOperation(OperationKind.Transfer, other));
}
