using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>Prices a program: every instruction goes to an event timeline at the cost that its kernel, regions and parameters have.</summary>
/// <remarks>
/// The correction of residuals after a convolution is part of <see cref="CoreTerm.PrologueChannel"/>. A kernel call that leaves or
/// continues partial sums is charged the whole requantization of its outputs, which covers the 4 vector loads and stores that the sums of
/// 64 outputs take.
/// </remarks>
public sealed class ProgramPricer : IInstructionReader
{
    private readonly KernelCosts costs;
    private readonly OperatorKind kind;
    private readonly Conv2dShape convolution;
    private readonly MaxPool2dShape? pooling;
    private int edgePlanes;
    private int edgeRows;
    private bool edgeTouchesBorder;
    private long haloBytes;

    /// <summary>Begins a call: what it takes before its first instruction is on the timeline.</summary>
    /// <param name="kind">The operator.</param>
    /// <param name="plan">The path and the tiles of the program.</param>
    /// <param name="costs">The costs.</param>
    /// <param name="ringDepth">Descriptors that one channel holds.</param>
    /// <param name="recordSpans">Whether the timeline keeps its spans and events.</param>
    public ProgramPricer(OperatorKind kind, CallPlan plan, KernelCosts costs, int ringDepth, bool recordSpans = false)
        : this(kind, plan.Path == OperatorPath.Dma, plan.Convolution?.Shape, plan.MaxPool?.Shape, costs, ringDepth, recordSpans)
    {
    }

    /// <summary>Begins a call whose program was recorded.</summary>
    /// <param name="call">The call.</param>
    /// <param name="usesDma">Whether kernels work on local memory; else on system memory, through the cache.</param>
    /// <param name="costs">The costs.</param>
    /// <param name="ringDepth">Descriptors that one channel holds.</param>
    /// <param name="recordSpans">Whether the timeline keeps its spans and events.</param>
    public ProgramPricer(OperatorCall call, bool usesDma, KernelCosts costs, int ringDepth, bool recordSpans = false)
        : this(call.Kind, usesDma, (call as Conv2dCall)?.Shape, usesDma ? (call as MaxPool2dCall)?.Shape : null, costs, ringDepth, recordSpans)
    {
    }

    private ProgramPricer(OperatorKind kind, bool usesDma, Conv2dShape? convolution, MaxPool2dShape? pooling, KernelCosts costs, int ringDepth, bool recordSpans)
    {
        ArgumentNullException.ThrowIfNull(costs);
        this.kind = kind;
        this.costs = costs;
        this.convolution = convolution ?? default;
        this.pooling = pooling;
        UsesDma = usesDma;
        Timeline = new EventTimeline(ringDepth, recordSpans, costs.CountsTerms);
        StartCall();
    }

    /// <summary>The call so far.</summary>
    public EventTimeline Timeline { get; }

    /// <summary>Multiply instructions of the convolution kernels so far.</summary>
    public long MultiplySlots { get; private set; }

    /// <summary>Vector loads of the convolution kernels so far.</summary>
    public long VectorLoads { get; private set; }

    /// <summary>When the last byte of the transfer that was issued last has arrived, in cycles.</summary>
    public double LastArrivalCycles { get; private set; }

    /// <summary>Whether kernels work on local memory.</summary>
    public bool UsesDma { get; }

    /// <summary>Whether the model has a cost for every computation: it has none for generic convolutions, pooling without tiles, and means of other than 2x2 positions.</summary>
    public static bool Covers(TileProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        foreach (ref readonly Instruction instruction in program.Instructions.AsSpan())
        {
            if (!HasCost(instruction.Parameters.Kernel, program.Plan.MaxPool is not null))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the model has a cost of a computation of this call.</summary>
    public bool Covers(ProgramKernel kernel) =>
        HasCost(kernel, pooling is not null) && (kernel != ProgramKernel.PaddedCopy || (kind is OperatorKind.Conv2d or OperatorKind.Concat or OperatorKind.Pad or OperatorKind.Slice && !UsesDma));

    /// <summary>Prices a whole program.</summary>
    /// <inheritdoc cref="ProgramPricer(OperatorKind, CallPlan, KernelCosts, int, bool)"/>
    /// <exception cref="NotSupportedException">The model does not cover the program.</exception>
    public static ProgramPricer Price(OperatorKind kind, TileProgram program, KernelCosts costs, int ringDepth, bool recordSpans = false)
    {
        ArgumentNullException.ThrowIfNull(program);
        var pricer = new ProgramPricer(kind, program.Plan, costs, ringDepth, recordSpans);
        program.ReadBy(pricer);
        return pricer;
    }

    /// <summary>Prices a convolution with a kernel of its own while it is written: no list is made of its instructions, which are the most of all.</summary>
    /// <param name="programs">Write it.</param>
    /// <param name="request">The convolution, to price.</param>
    /// <param name="costs">The costs.</param>
    /// <param name="recordSpans">Whether the timeline keeps its spans and events.</param>
    /// <exception cref="HardwareFaultException">The plan cannot be run on the machine of the request.</exception>
    public static ProgramPricer Price(ProgramLibrary programs, ConvolutionRequest request, KernelCosts costs, bool recordSpans = false)
    {
        ArgumentNullException.ThrowIfNull(programs);
        ArgumentNullException.ThrowIfNull(request);
        var pricer = new ProgramPricer(OperatorKind.Conv2d, CallPlan.Of(request.Plan, CallPlan.Whole), costs, request.Machine.RingDepth, recordSpans);
        programs.Write(request, pricer);
        return pricer;
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The model has no cost of the computation.</exception>
    public void Read(in Instruction instruction, ReadOnlySpan<ProgramRegion> reads, ReadOnlySpan<ProgramRegion> writes)
    {
        if (instruction.Kind == InstructionKind.Fill && instruction.Purpose is InstructionPurpose.Edge or InstructionPurpose.Halo)
        {
            FillPart(instruction.Purpose, writes[0]);
            return;
        }

        FinishParts();
        switch (instruction.Kind)
        {
            case InstructionKind.Load or InstructionKind.Store:
                Transfer(instruction, reads[0]);
                break;
            case InstructionKind.Wait:
                Timeline.Wait(instruction.Channel, instruction.OutstandingCount);
                break;
            case InstructionKind.Fill:
                Timeline.Compute(CycleCategory.Fill, costs.FillCycles(writes[0].TotalBytes) + MissCycles(writes[0].TotalBytes), "fill");
                break;
            case InstructionKind.Compute:
                Compute(instruction, reads, writes);
                break;
            case InstructionKind.WriteBack:
                double writeBackCycles = TakesMoreInLaterBuild(instruction.Purpose)
                    ? costs.InputWriteBackCycles(writes[0].TotalBytes, Counts)
                    : costs.WriteBackCycles(writes[0].TotalBytes, Counts);
                Timeline.Compute(CycleCategory.CacheMaintenance, writeBackCycles, "write back");
                break;
            case InstructionKind.Invalidate:
                Timeline.Compute(CycleCategory.CacheMaintenance, costs.InvalidationCycles(writes[0].TotalBytes, Counts), "invalidate");
                break;
            case InstructionKind.Tile:
                Timeline.Compute(CycleCategory.Control, costs.TileCycles(Counts), NameOf("tile", instruction));
                break;
        }
    }

    private static bool HasCost(ProgramKernel kernel, bool poolsInTiles) => kernel switch
    {
        ProgramKernel.GenericConvolution or ProgramKernel.MeanInOrder or ProgramKernel.Recorded => false,
        ProgramKernel.MaxPool or ProgramKernel.AveragePool => poolsInTiles,
        _ => true,
    };

    /// <summary>Both figures of the fully connected layer agree where its weights count as inputs; those of convolutions do not, and pooling takes the same in both builds.</summary>
    private bool TakesMoreInLaterBuild(InstructionPurpose writtenBack) => writtenBack switch
    {
        InstructionPurpose.Input => kind != OperatorKind.MaxPool2d,
        InstructionPurpose.Coefficients => kind == OperatorKind.QuantizedLinear,
        _ => false,
    };

    private void StartCall()
    {
        if (kind == OperatorKind.Conv2d)
        {
            Timeline.Compute(CycleCategory.Control, costs.CallCycles(Counts), "call");
            Timeline.Compute(CycleCategory.Prologue, costs.PrologueCycles(convolution, Counts), "prologue");
        }
        else if (costs.CallCyclesOf(kind, UsesDma, Counts) is { } cycles)
        {
            Timeline.Compute(CycleCategory.Control, cycles, "call");
        }
    }

    /// <summary>The fills around the image rows of a tile are one piece of work of the model.</summary>
    private void FillPart(InstructionPurpose purpose, in ProgramRegion region)
    {
        if (purpose == InstructionPurpose.Halo)
        {
            haloBytes += region.TotalBytes;
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

    private void FinishParts()
    {
        if (edgePlanes > 0)
        {
            Timeline.Compute(CycleCategory.EdgeExtension, costs.EdgeExtensionCycles(edgePlanes, edgeRows, edgeTouchesBorder, Counts), "edges");
            (edgePlanes, edgeRows, edgeTouchesBorder) = (0, 0, false);
        }

        if (haloBytes > 0)
        {
            Timeline.Compute(CycleCategory.Fill, costs.FillCycles(haloBytes), "fill");
            haloBytes = 0;
        }
    }

    private void Transfer(in Instruction instruction, in ProgramRegion source)
    {
        long bytes = source.TotalBytes;
        TransferPurpose purpose = instruction.Purpose switch
        {
            InstructionPurpose.Input => TransferPurpose.Input,
            InstructionPurpose.Output => TransferPurpose.Output,
            _ => TransferPurpose.Coefficients,
        };
        string name = Timeline.IsRecording ? instruction.Origin.ToString() : "";
        LastArrivalCycles = Timeline.Issue(instruction.Channel, purpose, costs.TransferTime(bytes, purpose == TransferPurpose.Output), bytes, name, (long)source.RowCount * source.PlaneCount);
    }

    private void Compute(in Instruction instruction, ReadOnlySpan<ProgramRegion> reads, ReadOnlySpan<ProgramRegion> writes)
    {
        KernelParameters parameters = instruction.Parameters;
        switch (parameters.Kernel)
        {
            case ProgramKernel.Convolution:
                Convolve(instruction, reads[0].RowPitchBytes);
                break;
            case ProgramKernel.PaddedCopy when kind == OperatorKind.Conv2d:
                CopyPadded(writes[0]);
                break;
            case ProgramKernel.PaddedCopy when kind is OperatorKind.Concat or OperatorKind.Pad or OperatorKind.Slice:
                Kernel(instruction, costs.CopyCycles(parameters.Rows) + MissCycles(reads[0].TotalBytes) + MissCycles(writes[0].TotalBytes));
                break;
            case ProgramKernel.ResidualCorrection:
                break;
            case ProgramKernel.FillLowest:
                Timeline.Compute(CycleCategory.Fill, costs.FillCycles(writes[0].TotalBytes), "fill");
                break;
            case ProgramKernel.MaxPool when pooling is { } window:
                Kernel(instruction, costs.MaxPoolCycles(window, parameters.OutChannels, parameters.Rows, Counts));
                break;
            case ProgramKernel.AveragePool when pooling is { } averaged:
                Kernel(instruction, costs.AveragePoolCycles(averaged, parameters.OutChannels, parameters.Rows, parameters.Elements, Counts));
                break;
            case ProgramKernel.MeanOfSquares:
                Kernel(instruction, costs.MeanCycles(parameters.Elements, Counts));
                break;
            case ProgramKernel.LinearSums:
                double missCycles = MissCycles(parameters.InChannels) + MissCycles((long)parameters.InChannels * parameters.OutChannels) + MissCycles(parameters.OutChannels);
                Kernel(instruction, costs.LinearCycles(parameters.OutChannels, parameters.InChannels) + missCycles);
                break;
            case ProgramKernel.LinearOutputs:
                Timeline.Compute(CycleCategory.Epilogue, costs.LinearOutputCycles(parameters.Elements, Counts), instruction.Origin.Pattern);
                break;
            case ProgramKernel.Softmax:
                Kernel(instruction, costs.SoftmaxCycles(parameters.Elements));
                break;
            case ProgramKernel.Elementwise:
                Elementwise(instruction, reads, writes);
                break;
            default:
                throw new NotSupportedException($"The model has no cost of {parameters.Kernel} in {kind}.");
        }
    }

    private void Convolve(in Instruction instruction, int rowPitchBytes)
    {
        KernelParameters parameters = instruction.Parameters;
        Conv2dShape shape = convolution;
        if (!UsesDma && CachePlan.Subsamples(shape))
        {
            Timeline.Compute(CycleCategory.Fill, costs.CopyCycles((long)shape.InChannels * parameters.Rows, Counts), "sub-sample");
            rowPitchBytes = CachePlan.SubsampledRowPitchBytes(shape);
            shape = Conv2dShape.Create(shape.InChannels, shape.OutHeight, shape.OutWidth, shape.OutChannels, 1, 1, 1, 0);
        }

        ConvolutionWork work = ConvolutionWork.OfKernelCall(
            shape, rowPitchBytes, parameters.Rows, parameters.OutChannels, costs.VectorBytes, parameters.InChannels);
        MultiplySlots += work.MultiplySlots;
        VectorLoads += work.VectorLoads;
        Kernel(instruction, costs.KernelCycles(work, Counts));
        Timeline.Compute(CycleCategory.Epilogue, costs.EpilogueCycles(work, Counts), NameOf("epilogue", instruction));
        if (!UsesDma)
        {
            Timeline.Compute(CycleCategory.Kernel, costs.WideRowCycles(work, Counts), "wide rows");
            Timeline.Compute(CycleCategory.Kernel, costs.ConvolutionMissCycles(shape, rowPitchBytes, parameters.Rows, Counts), "cache misses");
        }
    }

    /// <summary>The core copies rows into the scratch buffer and extends their edges, which the fill before has written already (operator contract, section 1b.8).</summary>
    private void CopyPadded(in ProgramRegion copied)
    {
        Timeline.Compute(CycleCategory.Fill, costs.CopyCycles((long)copied.RowCount * copied.PlaneCount, Counts) + MissCycles(copied.TotalBytes), "copy");
        if (convolution.IsPadded)
        {
            bool touchesBorder = copied.RowCount * copied.RowPitchBytes < copied.PlanePitchBytes;
            Timeline.Compute(CycleCategory.EdgeExtension, costs.EdgeExtensionCycles(copied.PlaneCount, copied.RowCount, touchesBorder, Counts), "edges");
        }
    }

    private void Elementwise(in Instruction instruction, ReadOnlySpan<ProgramRegion> reads, ReadOnlySpan<ProgramRegion> writes)
    {
        if (UsesDma)
        {
            Timeline.Compute(CycleCategory.Control, costs.ChunkCyclesOf(kind, Counts), "chunk");
        }

        Kernel(instruction, costs.ElementwiseCycles(kind, instruction.Parameters.Elements, Counts));
        if (!UsesDma)
        {
            double missCycles = MissCycles(writes[0].TotalBytes);
            foreach (ref readonly ProgramRegion region in reads)
            {
                missCycles += MissCycles(region.TotalBytes);
            }

            Timeline.Compute(CycleCategory.Kernel, missCycles, "cache misses");
        }
    }

    private void Kernel(in Instruction instruction, double cycles) =>
        Timeline.Compute(CycleCategory.Kernel, cycles, NameOf(instruction.Origin.Pattern, instruction));

    private TermCounts? Counts => Timeline.Counts;

    /// <summary>Cache misses of consecutive bytes where the program works on system memory.</summary>
    private double MissCycles(long bytes) => UsesDma ? 0 : costs.MissCycles(costs.CacheLinesOf(bytes), Counts);

    private string NameOf(string work, in Instruction instruction) => Timeline.IsRecording ? $"{work} {instruction.Tile}" : work;
}
