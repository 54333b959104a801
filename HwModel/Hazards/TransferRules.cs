using System.Runtime.InteropServices;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>The rules on order: what may be touched while transfers that were not waited for are under way.</summary>
/// <remarks>Transfers of one channel keep their order, so that they cannot race with each other.</remarks>
internal sealed class TransferRules(HazardLog log)
{
    private readonly List<Pending> pending = [];

    /// <summary>The transfers of each channel that were not waited for, oldest first; also those that a younger one takes the place of.</summary>
    private readonly Dictionary<DmaChannel, Queue<long>> outstanding = [];

    public void Issue(DmaTransfer transfer, in TouchedRegion source, in TouchedRegion destination, in MachineOperation operation)
    {
        Read(source, operation, transfer.Channel);
        Write(destination, operation, transfer.Channel);
        for (int i = pending.Count - 1; i >= 0; i--)
        {
            if (IsSuperseded(pending[i].Transfer, transfer))
            {
                pending.RemoveAt(i);
            }
        }

        pending.Add(new Pending(transfer, source, destination));
        if (!outstanding.TryGetValue(transfer.Channel, out Queue<long>? sequences))
        {
            outstanding.Add(transfer.Channel, sequences = new Queue<long>());
        }

        sequences.Enqueue(transfer.Sequence);
    }

    public void Wait(DmaChannel channel, int outstandingCount)
    {
        if (!outstanding.TryGetValue(channel, out Queue<long>? sequences))
        {
            return;
        }

        while (sequences.Count > outstandingCount)
        {
            long finished = sequences.Dequeue();
            pending.RemoveAll(one => one.Transfer.Sequence == finished);
        }
    }

    public void Read(in TouchedRegion touched, in MachineOperation operation, DmaChannel? ownChannel = null)
    {
        ReadOnlySpan<Pending> others = CollectionsMarshal.AsSpan(pending);
        for (int i = others.Length - 1; i >= 0; i--)
        {
            ref readonly Pending other = ref others[i];
            if (other.Transfer.Channel != ownChannel && touched.Overlap(other.Destination) is { } bytes)
            {
                Report(HazardRule.ReadBeforeArrival, operation, touched.Buffer, bytes, other.Transfer);
                return;
            }
        }
    }

    public void Write(in TouchedRegion touched, in MachineOperation operation, DmaChannel? ownChannel = null)
    {
        bool overWrite = false;
        bool overRead = false;
        ReadOnlySpan<Pending> others = CollectionsMarshal.AsSpan(pending);
        for (int i = others.Length - 1; i >= 0 && !(overWrite && overRead); i--)
        {
            ref readonly Pending other = ref others[i];
            if (other.Transfer.Channel == ownChannel)
            {
                continue;
            }

            if (!overWrite && touched.Overlap(other.Destination) is { } written)
            {
                overWrite = true;
                Report(HazardRule.WriteUnderWrite, operation, touched.Buffer, written, other.Transfer);
            }

            if (!overRead && touched.Overlap(other.Source) is { } read)
            {
                overRead = true;
                Report(HazardRule.WriteUnderRead, operation, touched.Buffer, read, other.Transfer);
            }
        }
    }

    public void Return(in MachineOperation operation)
    {
        foreach (Pending other in pending)
        {
            Report(HazardRule.InFlightAtReturn, operation, other.Destination.Buffer, (other.Destination.Start, other.Destination.End), other.Transfer);
        }
    }

    /// <summary>A load to exactly where an older one of its channel goes: what may not be touched now is what the younger one writes.</summary>
    private static bool IsSuperseded(DmaTransfer older, DmaTransfer younger) =>
        older.Channel == younger.Channel
        && older.Descriptor.Destination == younger.Descriptor.Destination
        && older.Descriptor.Source.Buffer.Space is SystemMemory;

    private void Report(HazardRule rule, in MachineOperation operation, MemoryBuffer buffer, (long Start, long End) bytes, DmaTransfer other) =>
        log.Report(rule, operation, buffer, bytes, new MachineOperation(OperationKind.Transfer, other));

    /// <summary>A transfer that was not waited for.</summary>
    private readonly struct Pending(DmaTransfer transfer, in TouchedRegion source, in TouchedRegion destination)
    {
        public readonly DmaTransfer Transfer = transfer;
        public readonly TouchedRegion Source = source;
        public readonly TouchedRegion Destination = destination;
    }
}
