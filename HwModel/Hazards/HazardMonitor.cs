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
    private readonly HazardJudge judge;

    /// <summary>Makes a monitor for machines of one configuration.</summary>
    /// <param name="configuration">The machines.</param>
    /// <param name="found">Told of the first hazard of each kind when it happens; null for nobody.</param>
    public HazardMonitor(DspConfiguration configuration, Action<Hazard>? found = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        log = new HazardLog(found);
        judge = new HazardJudge(configuration, log);
    }

    /// <summary>The hazards so far, in the order in which their kinds first occurred.</summary>
    public IReadOnlyList<Hazard> Hazards => log.ToHazards();

    /// <inheritdoc/>
    public override void ProgramStarted(string program)
    {
        log.Program = program;
        judge.StartProgram(default);
        log.Note(new MachineOperation(OperationKind.Other, program));
    }

    /// <inheritdoc/>
    public override void ProgramEnded() => judge.Return("return of the program");

    /// <inheritdoc/>
    public override void Allocated(MemoryBuffer buffer)
    {
        var operation = new MachineOperation(OperationKind.Allocation, buffer);
        log.Note(operation);
        judge.Bounds.Allocate(buffer, operation);
    }

    /// <inheritdoc/>
    public override void TransferIssued(DmaTransfer transfer) => judge.Issue(transfer);

    /// <inheritdoc/>
    public override void RingFull(DmaChannel channel) => judge.RingFull(channel, channel.Outstanding.Count);

    /// <inheritdoc/>
    public override void Waited(DmaChannel channel, int outstandingCount) => judge.Wait(channel, outstandingCount);

    /// <inheritdoc/>
    public override void Filling(in FillStep step) => judge.Touch(
        [], [step.Region], 1, 1, new MachineOperation(step.Purpose == FillPurpose.EdgeExtension ? OperationKind.EdgeFill : OperationKind.Fill, "", step.Region));

    /// <inheritdoc/>
    public override void Computing(ComputeStep step)
    {
        log.Tile = step.Tile;
        judge.Touch(step.Reads.AsSpan(), step.Writes.AsSpan(), step.AlignmentBytes, step.AlignmentBytes, new MachineOperation(OperationKind.Compute, step));
    }

    /// <inheritdoc/>
    public override void ArithmeticLeftRange(ComputeStep step, ArithmeticEvents events)
    {
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
        judge.Cache.WriteBack(new TouchedRegion(region));
    }

    /// <inheritdoc/>
    public override void CacheInvalidated(in StridedRegion region)
    {
        var operation = new MachineOperation(OperationKind.Invalidate, "", region);
        log.Note(operation);
        judge.Cache.Invalidate(new TouchedRegion(region), operation);
    }

    /// <inheritdoc/>
    public override void HandedBack(MemoryBuffer output)
    {
        var operation = new MachineOperation(OperationKind.Other, $"return of the result {output}");
        log.Note(operation);
        judge.Cache.CoreRead(new TouchedRegion(output.Whole()), operation);
    }
}
