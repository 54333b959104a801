using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>Times a call as it runs on the simulated machine: what the program does goes to a timeline, at the cost of the model.</summary>
/// <remarks>
/// The prediction without a run (<see cref="CyclePredictor"/>) and this observer must tell a timeline the same events. Programs that
/// use DMA only; without it nothing overlaps and there is nothing to schedule. The correction of residuals after a convolution is
/// part of <see cref="CoreTerm.PrologueChannel"/>.
/// </remarks>
public sealed class TimingObserver : MachineObserver
{
    private readonly OperatorCall call;
    private readonly CostCoefficients coefficients;
    private readonly ConvolutionCosts costs;
    private readonly MachineMode mode;
    private int edgePlanes;
    private int edgeRows;
    private bool edgeTouchesBorder;

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
        this.coefficients = coefficients;
        this.mode = mode;
        costs = new ConvolutionCosts(coefficients, mode);
        Timeline = new EventTimeline(ringDepth, recordSpans);
        StartCall();
    }

    /// <summary>The call so far.</summary>
    public EventTimeline Timeline { get; }

    /// <inheritdoc/>
    public override void TileStarted(TileCoordinates tile)
    {
        FinishEdges();
        Timeline.Compute(CycleCategory.Control, costs.TileCycles, NameOf("tile", tile));
    }

    /// <inheritdoc/>
    public override void TransferIssued(DmaTransfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        FinishEdges();
        DmaDescriptor descriptor = transfer.Descriptor;
        long bytes = descriptor.Source.TotalBytes;
        Timeline.Issue(
            transfer.Channel.Index,
            PurposeOf(descriptor),
            DmaCosts.TransferTime(coefficients, mode, bytes),
            bytes,
            Timeline.IsRecording ? descriptor.Purpose : "",
            descriptor.TotalRows);
    }

    /// <inheritdoc/>
    public override void Waited(DmaChannel channel, int outstandingCount)
    {
        ArgumentNullException.ThrowIfNull(channel);
        FinishEdges();
        Timeline.Wait(channel.Index, outstandingCount);
    }

    /// <inheritdoc/>
    public override void Filling(in FillStep step)
    {
        StridedRegion region = step.Region;
        if (step.Purpose == FillPurpose.WholeBuffer)
        {
            FinishEdges();
            Timeline.Compute(CycleCategory.Fill, costs.FillCycles(region.TotalBytes), "fill");
            return;
        }

        // Rows outside the image are as long as the pitch; the borders left and right of the image have its rows.
        edgePlanes = region.PlaneCount;
        if (region.RowBytes == region.RowPitchBytes)
        {
            edgeTouchesBorder = true;
        }
        else
        {
            edgeRows = region.RowCount;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The program works on system memory, without DMA.</exception>
    public override void Computing(ComputeStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        FinishEdges();
        if (step is not ProgramStep { Program.Plan.Path: var path, Instruction.Parameters.Kernel: not ProgramKernel.ResidualCorrection } work)
        {
            return;
        }

        if (path != OperatorPath.Dma)
        {
            throw new NotSupportedException($"{call.Name}: {step.Kernel} works on system memory; only programs that use DMA are timed as they run.");
        }

        Compute(work);
    }

    /// <inheritdoc/>
    public override void CacheWrittenBack(in StridedRegion region) => MaintainCache(region, "write back");

    /// <inheritdoc/>
    public override void CacheInvalidated(in StridedRegion region) => MaintainCache(region, "invalidate");

    private void StartCall()
    {
        switch (call)
        {
            case Conv2dCall convolution:
                Timeline.Compute(CycleCategory.Control, costs.CallCycles, "call");
                Timeline.Compute(CycleCategory.Prologue, costs.PrologueCycles(convolution.Shape), "prologue");
                break;
            case MeanCall:
                Timeline.Compute(CycleCategory.Control, coefficients[CoreTerm.MeanCall], "call");
                break;
            case SoftmaxCall:
                Timeline.Compute(CycleCategory.Control, coefficients[CoreTerm.DirectCall], "call");
                break;
            case QuantizePerTensorCall or DequantizePerTensorCall or QuantizedReluCall or AddCall:
                Timeline.Compute(CycleCategory.Control, coefficients[ElementwiseStructure.Of(call.Kind).Call], "call");
                break;
        }
    }

    private void Compute(ProgramStep step)
    {
        KernelParameters parameters = step.Instruction.Parameters;
        switch (parameters.Kernel)
        {
            case ProgramKernel.Convolution:
                ConvolutionWork work = ConvolutionWork.Of(step.Program, step.Instruction, coefficients.VectorBytes);
                Kernel(step, costs.KernelCycles(work));
                Timeline.Compute(CycleCategory.Epilogue, costs.EpilogueCycles(work), NameOf("epilogue", step.Tile));
                break;
            case ProgramKernel.FillLowest:
                Timeline.Compute(CycleCategory.Fill, costs.FillCycles(step.Writes[0].TotalBytes), "fill");
                break;
            case ProgramKernel.MaxPool:
                MaxPool2dShape shape = step.Program.Plan.MaxPool!.Shape;
                Kernel(step, MaxPoolProgram.StepsOf(shape, parameters.OutChannels, parameters.Rows, coefficients.VectorBytes) * coefficients[CoreTerm.MaxPoolStep]);
                break;
            case ProgramKernel.MeanOfSquares:
                Kernel(step, SmallOperatorProgram.MeanKernelCycles(parameters.Elements, coefficients));
                break;
            case ProgramKernel.LinearSums:
                Kernel(step, SmallOperatorProgram.LinearKernelCycles(parameters.OutChannels, parameters.InChannels, coefficients));
                break;
            case ProgramKernel.LinearOutputs:
                Timeline.Compute(CycleCategory.Epilogue, parameters.Elements * coefficients[CoreTerm.LinearOutput], step.Kernel);
                break;
            case ProgramKernel.Softmax:
                Kernel(step, SmallOperatorProgram.SoftmaxKernelCycles(parameters.Elements, coefficients));
                break;
            case ProgramKernel.Elementwise:
                ElementwiseStructure structure = ElementwiseStructure.Of(call.Kind);
                Timeline.Compute(CycleCategory.Control, coefficients[structure.Chunk], "chunk");
                Kernel(step, ElementwiseProgram.VectorCycles(structure, parameters.Elements, coefficients));
                break;
            default:
                throw new NotSupportedException($"{call.Name}: the model has no cost of {parameters.Kernel}.");
        }
    }

    private void Kernel(ProgramStep step, double cycles) => Timeline.Compute(CycleCategory.Kernel, cycles, NameOf(step.Kernel, step.Tile));

    private string NameOf(string work, TileCoordinates tile) => Timeline.IsRecording ? $"{work} {tile}" : work;

    private void MaintainCache(in StridedRegion region, string name)
    {
        FinishEdges();
        Timeline.Compute(CycleCategory.CacheMaintenance, costs.CacheMaintenanceCycles(region.TotalBytes), name);
    }

    /// <summary>The fills around a tile are one piece of work of the model.</summary>
    private void FinishEdges()
    {
        if (edgePlanes > 0)
        {
            Timeline.Compute(CycleCategory.EdgeExtension, costs.EdgeExtensionCycles(edgePlanes, edgeRows, edgeTouchesBorder), "edges");
            (edgePlanes, edgeRows, edgeTouchesBorder) = (0, 0, false);
        }
    }

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
