using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>Times a call as it runs on the simulated machine: what the program does goes to a timeline, at the cost of the model.</summary>
/// <remarks>
/// The prediction without a run (<see cref="CyclePredictor"/>) and this observer must tell a timeline the same events. Programs that
/// use DMA only; without it nothing overlaps and there is nothing to schedule.
/// </remarks>
public sealed class TimingObserver : MachineObserver
{
    private readonly OperatorCall call;
    private readonly CallPricer pricer;

    /// <summary>Makes an observer for one run of one call.</summary>
    /// <param name="call">The call that will run.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="recordSpans">Whether the timeline keeps its spans and events.</param>
    /// <param name="ringDepth">Descriptors that one channel holds.</param>
    public TimingObserver(OperatorCall call, CostCoefficients coefficients, MachineMode mode, bool recordSpans = false, int ringDepth = 2)
    {
        ArgumentNullException.ThrowIfNull(call);
        this.call = call;
        pricer = new CallPricer(call, coefficients, mode, recordSpans, ringDepth);
        pricer.Begin();
    }

    /// <summary>The call so far.</summary>
    public EventTimeline Timeline => pricer.Timeline;

    /// <inheritdoc/>
    public override void TileStarted(TileCoordinates tile) => pricer.Tile(tile);

    /// <inheritdoc/>
    public override void TransferIssued(DmaTransfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        DmaDescriptor descriptor = transfer.Descriptor;
        pricer.Issue(
            transfer.Channel.Index,
            PurposeOf(descriptor),
            descriptor.Source.TotalBytes,
            Timeline.IsRecording ? descriptor.Purpose : "",
            descriptor.TotalRows);
    }

    /// <inheritdoc/>
    public override void Waited(DmaChannel channel, int outstandingCount)
    {
        ArgumentNullException.ThrowIfNull(channel);
        pricer.Wait(channel.Index, outstandingCount);
    }

    /// <inheritdoc/>
    public override void Filling(in FillStep step)
    {
        StridedRegion region = step.Region;
        if (step.Purpose == FillPurpose.WholeBuffer)
        {
            pricer.Fill(region.TotalBytes);
        }
        else
        {
            pricer.Edge(region.PlaneCount, region.RowCount, region.RowBytes == region.RowPitchBytes);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The program works on system memory, without DMA.</exception>
    public override void Computing(ComputeStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        pricer.FinishEdges();
        if (step is not ProgramStep { Program.Plan.Path: var path, Instruction.Parameters: { Kernel: not ProgramKernel.ResidualCorrection } parameters } work)
        {
            return;
        }

        if (path != OperatorPath.Dma)
        {
            throw new NotSupportedException($"{call.Name}: {step.Kernel} works on system memory; only programs that use DMA are timed as they run.");
        }

        if (parameters.Kernel == ProgramKernel.Convolution)
        {
            pricer.Convolve(ConvolutionWork.Of(work.Program, work.Instruction, pricer.VectorBytes), step.Kernel, step.Tile);
        }
        else
        {
            pricer.Compute(parameters, work.Writes.Sum(static region => region.TotalBytes), step.Kernel, step.Tile);
        }
    }

    /// <inheritdoc/>
    public override void CacheWrittenBack(in StridedRegion region) => pricer.MaintainCache(region.TotalBytes, "write back");

    /// <inheritdoc/>
    public override void CacheInvalidated(in StridedRegion region) => pricer.MaintainCache(region.TotalBytes, "invalidate");

    private TransferPurpose PurposeOf(in DmaDescriptor descriptor) =>
        descriptor.Destination.Buffer.Space is SystemMemory ? TransferPurpose.Output
        : IsInput(descriptor.Source.Buffer.Label) ? TransferPurpose.Input
        : TransferPurpose.Coefficients;

    private bool IsInput(string label)
    {
        for (int i = 0; i < call.Inputs.Count; i++)
        {
            if (call.Inputs[i].Name == label)
            {
                return true;
            }
        }

        return false;
    }
}
