using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>Holds the operations of a program against all rules of <see cref="HazardRule"/>, whether a machine runs them or a recording tells them.</summary>
internal sealed class HazardJudge(DspConfiguration configuration, HazardLog log)
{
    private readonly WrittenBytesRules writtenBytes = new(log);

    public BoundsRules Bounds { get; } = new(configuration, log);

    public TransferRules Transfers { get; } = new(log);

    public CacheRules Cache { get; } = new(configuration, log);

    public void StartProgram(TileCoordinates tile)
    {
        log.Tile = tile;
        Bounds.StartProgram();
        writtenBytes.StartProgram();
    }

    public void Return(string what)
    {
        var operation = new MachineOperation(OperationKind.Other, what);
        log.Note(operation);
        Transfers.Return(operation);
    }

    public void Issue(DmaTransfer transfer)
    {
        var operation = new MachineOperation(OperationKind.Transfer, transfer);
        log.Note(operation);
        DmaDescriptor descriptor = transfer.Descriptor;
        var source = new TouchedRegion(descriptor.Source);
        var destination = new TouchedRegion(descriptor.Destination);
        Bounds.Descriptor(descriptor, source, destination, operation);
        Bounds.Access(source, writes: false, operation);
        Bounds.Access(destination, writes: true, operation);
        writtenBytes.Read(source, operation);
        writtenBytes.Write(destination);
        Cache.DmaRead(source, operation);
        Cache.DmaWrite(destination, operation);
        Transfers.Issue(transfer, source, destination, operation);
    }

    public void RingFull(DmaChannel channel, int outstandingCount) => log.Report(
        HazardRule.RingOverflow,
        new MachineOperation(OperationKind.Other, $"issue on channel {channel.Index}"),
        $"channel {channel.Index} holds {outstandingCount} descriptors that were not waited for",
        1);

    public void Wait(DmaChannel channel, int outstandingCount)
    {
        log.Note(new MachineOperation(OperationKind.Wait, channel, Number: outstandingCount));
        Transfers.Wait(channel, outstandingCount);
    }

    /// <summary>The core reads and writes regions. A kernel must not write another buffer's bytes that it still reads.</summary>
    public void Touch(ReadOnlySpan<StridedRegion> reads, ReadOnlySpan<StridedRegion> writes, int readAlignmentBytes, int writeAlignmentBytes, in MachineOperation operation)
    {
        log.Note(operation);
        foreach (ref readonly StridedRegion region in reads)
        {
            var read = new TouchedRegion(region);
            Bounds.Alignment(read, readAlignmentBytes, operation);
            Bounds.Access(read, writes: false, operation);
            Transfers.Read(read, operation);
            writtenBytes.Read(read, operation);
            Cache.CoreRead(read, operation);
        }

        foreach (ref readonly StridedRegion region in writes)
        {
            var write = new TouchedRegion(region);
            Bounds.Alignment(write, writeAlignmentBytes, operation);
            Bounds.Access(write, writes: true, operation);
            Transfers.Write(write, operation);
            writtenBytes.Write(write);
            Cache.CoreWrite(write);
            foreach (ref readonly StridedRegion source in reads)
            {
                if (source.Buffer != write.Buffer && source.Buffer.Space == write.Space && write.Overlap(new TouchedRegion(source)) is { } bytes)
                {
                    log.Report(HazardRule.WriteUnderRead, operation, write.Buffer, bytes, $"the computation still reads '{source.Buffer.Label}' there");
                }
            }
        }
    }
}
