using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.Verification.Fuzzing;

/// <summary>What a machine was told to do, counted by the machine's own events, and what a program says.</summary>
internal sealed class ExecutionCounts : MachineObserver
{
    private long transfers;
    private long transferredBytes;
    private long waits;
    private long fills;
    private long filledBytes;
    private long computations;
    private long writeBacks;
    private long invalidations;
    private long programs;

    /// <summary>What a list of instructions says.</summary>
    public static ExecutionCounts Of(TileProgram program)
    {
        var counts = new ExecutionCounts();
        foreach (ref readonly Instruction instruction in program.Instructions.AsSpan())
        {
            switch (instruction.Kind)
            {
                case InstructionKind.Begin:
                    counts.programs++;
                    break;
                case InstructionKind.Load or InstructionKind.Store:
                    counts.transfers++;
                    counts.transferredBytes += program.ReadsOf(instruction)[0].TotalBytes;
                    break;
                case InstructionKind.Wait:
                    counts.waits++;
                    break;
                case InstructionKind.Fill:
                    counts.fills++;
                    counts.filledBytes += program.WritesOf(instruction)[0].TotalBytes;
                    break;
                case InstructionKind.Compute:
                    counts.computations++;
                    break;
                case InstructionKind.WriteBack:
                    counts.writeBacks++;
                    break;
                case InstructionKind.Invalidate:
                    counts.invalidations++;
                    break;
            }
        }

        return counts;
    }

    /// <inheritdoc/>
    public override void ProgramStarted(string program) => programs++;

    /// <inheritdoc/>
    public override void TransferIssued(DmaTransfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        transfers++;
        transferredBytes += transfer.Descriptor.Source.TotalBytes;
    }

    /// <inheritdoc/>
    public override void Waited(DmaChannel channel, int outstandingCount) => waits++;

    /// <inheritdoc/>
    public override void Filling(in FillStep step)
    {
        fills++;
        filledBytes += step.Region.TotalBytes;
    }

    /// <inheritdoc/>
    public override void Computing(ComputeStep step) => computations++;

    /// <inheritdoc/>
    public override void CacheWrittenBack(in StridedRegion region) => writeBacks++;

    /// <inheritdoc/>
    public override void CacheInvalidated(in StridedRegion region) => invalidations++;

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{programs} kernels, {transfers} transfers of {transferredBytes} bytes, {waits} waits, {fills} fills of {filledBytes} bytes, {computations} computations, {writeBacks} write-backs, {invalidations} invalidations");
}
