using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>Judges every operation of the programs on a machine by the rules of <see cref="HazardRule"/>.</summary>
/// <remarks>
/// Order is judged by what a program waited for, so that a race is found even when the landing policy hides it: a program without
/// ordering hazards gives the same bytes under every landing policy. A stall on a full ring is not a wait.
/// </remarks>
public sealed class HazardMonitor : MachineObserver
{
    private readonly HazardLog log;
    private readonly BoundsRules bounds;
    private readonly TransferRules transfers;
    private readonly WrittenBytesRules writtenBytes;
    private readonly CacheRules cache;

    /// <summary>Makes a monitor for machines of one configuration.</summary>
    /// <param name="configuration">The machines.</param>
    /// <param name="found">Told of the first hazard of each kind when it happens; null for nobody.</param>
    public HazardMonitor(DspConfiguration configuration, Action<Hazard>? found = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        log = new HazardLog(found);
        bounds = new BoundsRules(configuration, log);
        transfers = new TransferRules(log);
        writtenBytes = new WrittenBytesRules(log);
        cache = new CacheRules(configuration, log);
    }

    /// <summary>The hazards so far, in the order in which their kinds first occurred.</summary>
    public IReadOnlyList<Hazard> Hazards => log.ToHazards();

    /// <summary>Whether a rule was broken that makes the result unreliable; warnings do not count.</summary>
    public bool HasViolation => log.Count > 0 && Hazards.Any(static hazard => hazard.Rule.Severity == HazardSeverity.Violation);

    /// <inheritdoc/>
    public override void ProgramStarted(string program)
    {
        log.Program = program;
        log.Tile = default;
        bounds.StartProgram();
        writtenBytes.StartProgram();
        log.Note(new MachineOperation(OperationKind.Other, program));
    }

    /// <inheritdoc/>
    public override void ProgramEnded()
    {
        var operation = new MachineOperation(OperationKind.Other, "return of the program");
        log.Note(operation);
        transfers.Return(operation);
    }

    /// <inheritdoc/>
    public override void Allocated(MemoryBuffer buffer)
    {
        var operation = new MachineOperation(OperationKind.Allocation, buffer);
        log.Note(operation);
        bounds.Allocate(buffer, operation);
    }

    /// <inheritdoc/>
    public override void TransferIssued(DmaTransfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        var operation = new MachineOperation(OperationKind.Transfer, transfer);
        log.Note(operation);
        DmaDescriptor descriptor = transfer.Descriptor;
        var source = new TouchedRegion(descriptor.Source);
        var destination = new TouchedRegion(descriptor.Destination);
        bounds.Descriptor(descriptor, source, destination, operation);
        bounds.Access(source, writes: false, operation);
        bounds.Access(destination, writes: true, operation);
        writtenBytes.Read(source, operation);
        writtenBytes.Write(destination);
        cache.DmaRead(source, operation);
        cache.DmaWrite(destination, operation);
        transfers.Issue(transfer, source, destination, operation);
    }

    /// <inheritdoc/>
    public override void RingFull(DmaChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        log.Report(
            HazardRule.RingOverflow,
            new MachineOperation(OperationKind.Other, $"issue on channel {channel.Index}"),
            $"channel {channel.Index} holds {channel.Outstanding.Count} descriptors that were not waited for",
            1);
    }

    /// <inheritdoc/>
    public override void Waited(DmaChannel channel, int outstandingCount)
    {
        ArgumentNullException.ThrowIfNull(channel);
        log.Note(new MachineOperation(OperationKind.Wait, channel, Number: outstandingCount));
        transfers.Wait(channel, outstandingCount);
    }

    /// <inheritdoc/>
    public override void Filling(in FillStep step)
    {
        var operation = new MachineOperation(step.Purpose == FillPurpose.EdgeExtension ? OperationKind.EdgeFill : OperationKind.Fill, "", step.Region);
        log.Note(operation);
        Write(new TouchedRegion(step.Region), operation);
    }

    /// <inheritdoc/>
    public override void Computing(ComputeStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var operation = new MachineOperation(OperationKind.Compute, step);
        log.Tile = step.Tile;
        log.Note(operation);
        for (int i = 0; i < step.Reads.Length; i++)
        {
            var read = new TouchedRegion(step.Reads.ItemRef(i));
            bounds.Alignment(read, step.AlignmentBytes, operation);
            bounds.Access(read, writes: false, operation);
            transfers.Read(read, operation);
            writtenBytes.Read(read, operation);
            cache.CoreRead(read, operation);
        }

        for (int i = 0; i < step.Writes.Length; i++)
        {
            var write = new TouchedRegion(step.Writes.ItemRef(i));
            bounds.Alignment(write, step.AlignmentBytes, operation);
            Write(write, operation);
            CompareWithReads(step, write, operation);
        }
    }

    /// <inheritdoc/>
    public override void ArithmeticLeftRange(ComputeStep step, ArithmeticEvents events)
    {
        ArgumentNullException.ThrowIfNull(step);
        var operation = new MachineOperation(OperationKind.Compute, step);
        if (events.AccumulatorOverflows > 0)
        {
            log.Report(HazardRule.AccumulatorOverflow, operation, "elements whose sum left 24 bits", events.AccumulatorOverflows);
        }

        if (events.FirstShiftSaturations > 0)
        {
            log.Report(HazardRule.Int16Saturation, operation, "elements saturated by the first shift", events.FirstShiftSaturations);
        }

        if (events.SecondShiftSaturations > 0)
        {
            log.Report(HazardRule.Int16Saturation, operation, "elements saturated by the second shift", events.SecondShiftSaturations);
        }
    }

    /// <inheritdoc/>
    public override void StatusIgnored(string kernel, string reason) =>
        log.Report(HazardRule.IgnoredStatus, new MachineOperation(OperationKind.Other, $"call of {kernel}"), reason, 1);

    /// <inheritdoc/>
    public override void CacheWrittenBack(in StridedRegion region)
    {
        log.Note(new MachineOperation(OperationKind.WriteBack, "", region));
        cache.WriteBack(new TouchedRegion(region));
    }

    /// <inheritdoc/>
    public override void CacheInvalidated(in StridedRegion region)
    {
        var operation = new MachineOperation(OperationKind.Invalidate, "", region);
        log.Note(operation);
        cache.Invalidate(new TouchedRegion(region), operation);
    }

    /// <inheritdoc/>
    public override void HandedBack(MemoryBuffer output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var operation = new MachineOperation(OperationKind.Other, $"return of the result {output}");
        log.Note(operation);
        cache.CoreRead(new TouchedRegion(output.Whole()), operation);
    }

    /// <summary>A kernel must not write another buffer's bytes that it still reads.</summary>
    private void CompareWithReads(ComputeStep step, in TouchedRegion write, in MachineOperation operation)
    {
        for (int i = 0; i < step.Reads.Length; i++)
        {
            ref readonly StridedRegion source = ref step.Reads.ItemRef(i);
            if (source.Buffer != write.Buffer && source.Buffer.Space == write.Space && write.Overlap(new TouchedRegion(source)) is { } bytes)
            {
                log.Report(HazardRule.WriteUnderRead, operation, write.Buffer, bytes, $"the computation still reads '{source.Buffer.Label}' there");
            }
        }
    }

    private void Write(in TouchedRegion touched, in MachineOperation operation)
    {
        bounds.Access(touched, writes: true, operation);
        transfers.Write(touched, operation);
        writtenBytes.Write(touched);
        cache.CoreWrite(touched);
    }
}
