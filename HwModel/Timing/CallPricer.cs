using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>Puts what a program does to a timeline, step by step, at the cost of the model.</summary>
/// <remarks>
/// Who runs a program on the machine (<see cref="TimingObserver"/>) and who reads one that was recorded tell it the same steps. The driver's
/// scalar passes are part of the begin; the correction of residuals after a convolution is part of <see cref="CoreTerm.PrologueChannel"/>.
/// </remarks>
public sealed class CallPricer
{
    private readonly OperatorCall call;
    private readonly CostCoefficients coefficients;
    private readonly ConvolutionCosts costs;
    private readonly MachineMode mode;
    private int edgePlanes;
    private int edgeRows;
    private bool edgeTouchesBorder;

    /// <summary>Makes a pricer at the begin of a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">The machine mode.</param>
    /// <param name="recordSpans">Whether the timeline keeps its spans and events.</param>
    /// <param name="ringDepth">Descriptors that one channel holds.</param>
    public CallPricer(OperatorCall call, CostCoefficients coefficients, MachineMode mode, bool recordSpans = false, int ringDepth = 2)
    {
        ArgumentNullException.ThrowIfNull(call);
        this.call = call;
        this.coefficients = coefficients;
        this.mode = mode;
        costs = new ConvolutionCosts(coefficients, mode);
        Timeline = new EventTimeline(ringDepth, recordSpans);
    }

    /// <summary>The call so far.</summary>
    public EventTimeline Timeline { get; }

    /// <summary>Bytes of a vector.</summary>
    public int VectorBytes => coefficients.VectorBytes;

    /// <summary>The fixed part of the call, with the driver's passes over weights and channels.</summary>
    public void Begin()
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

    /// <summary>A tile begins.</summary>
    public void Tile(TileCoordinates tile)
    {
        FinishEdges();
        Timeline.Compute(CycleCategory.Control, costs.TileCycles, NameOf("tile", tile));
    }

    /// <summary>A transfer is issued.</summary>
    /// <param name="channel">0 or 1.</param>
    /// <param name="purpose">What it carries.</param>
    /// <param name="bytes">Payload.</param>
    /// <param name="name">For the trace.</param>
    /// <param name="rows">Rows that the bytes lie in.</param>
    /// <returns>When its last byte has arrived, in cycles.</returns>
    public double Issue(int channel, TransferPurpose purpose, long bytes, string name, long rows)
    {
        FinishEdges();
        return Timeline.Issue(channel, purpose, DmaCosts.TransferTime(coefficients, mode, bytes), bytes, name, rows);
    }

    /// <summary>The core waits for a channel.</summary>
    public void Wait(int channel, int outstandingCount)
    {
        FinishEdges();
        Timeline.Wait(channel, outstandingCount);
    }

    /// <summary>A constant is written over a buffer.</summary>
    public void Fill(long bytes)
    {
        FinishEdges();
        Timeline.Compute(CycleCategory.Fill, costs.FillCycles(bytes), "fill");
    }

    /// <summary>A constant is written over system memory, through the cache.</summary>
    public void FillSystem(long bytes)
    {
        FinishEdges();
        Timeline.Compute(CycleCategory.Fill, costs.FillCycles(bytes) + costs.MissCycles(costs.CacheLinesOf(bytes)), "fill");
    }

    /// <summary>The core copies rows of a padded image in system memory, and extends its edges.</summary>
    /// <param name="planes">Planes.</param>
    /// <param name="rows">Rows of a plane.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    public void CopyImage(int planes, int rows, int rowBytes)
    {
        FinishEdges();
        long all = (long)planes * rows;
        Timeline.Compute(CycleCategory.Fill, costs.CopyCycles(all) + costs.MissCycles(costs.CacheLinesOf(all * rowBytes)), "copy");
        if (call is Conv2dCall { Shape.Padding: > 0 })
        {
            Timeline.Compute(CycleCategory.EdgeExtension, costs.EdgeExtensionCycles(planes, rows, touchesBorder: true), "edges");
        }
    }

    /// <summary>A convolution kernel runs on system memory, through the cache, and its result is written back.</summary>
    /// <param name="shape">The geometry of the rows that it computes.</param>
    /// <param name="rowPitchBytes">From one input row to the next.</param>
    /// <param name="kernel">Its name.</param>
    /// <param name="tile">Its tile.</param>
    public void ConvolveSystem(Conv2dShape shape, int rowPitchBytes, string kernel, TileCoordinates tile)
    {
        Convolve(ConvolutionWork.OfKernelCall(shape, rowPitchBytes, shape.OutHeight, shape.OutChannels, coefficients.VectorBytes), kernel, tile);
        Timeline.Compute(CycleCategory.Kernel, costs.MissCycles(ConvolutionProgram.KernelMissLines(shape, rowPitchBytes, costs)), "cache misses");
    }

    /// <summary>A constant is written over a part of the padding of a tile; the parts in a row are one piece of work.</summary>
    /// <param name="planes">Planes of the tile.</param>
    /// <param name="rows">Rows in a plane.</param>
    /// <param name="isAboveOrBelow">Whether they lie outside the image: as long as the pitch.</param>
    public void Edge(int planes, int rows, bool isAboveOrBelow)
    {
        // The borders left and right of the image have its rows.
        edgePlanes = planes;
        if (isAboveOrBelow)
        {
            edgeTouchesBorder = true;
        }
        else
        {
            edgeRows = rows;
        }
    }

    /// <summary>A convolution kernel runs.</summary>
    public void Convolve(in ConvolutionWork work, string kernel, TileCoordinates tile)
    {
        FinishEdges();
        Kernel(costs.KernelCycles(work), kernel, tile);
        Timeline.Compute(CycleCategory.Epilogue, costs.EpilogueCycles(work), NameOf("epilogue", tile));
    }

    /// <summary>Another kernel runs.</summary>
    /// <param name="parameters">What it computes.</param>
    /// <param name="writtenBytes">Bytes of its result.</param>
    /// <param name="kernel">Its name.</param>
    /// <param name="tile">Its tile.</param>
    /// <exception cref="NotSupportedException">The model has no cost of it.</exception>
    public void Compute(KernelParameters parameters, long writtenBytes, string kernel, TileCoordinates tile)
    {
        FinishEdges();
        switch (parameters.Kernel)
        {
            case ProgramKernel.FillLowest:
                Timeline.Compute(CycleCategory.Fill, costs.FillCycles(writtenBytes), "fill");
                break;
            case ProgramKernel.MaxPool when call is MaxPool2dCall pool:
                Kernel(MaxPoolProgram.StepsOf(pool.Shape, parameters.OutChannels, parameters.Rows, coefficients.VectorBytes) * coefficients[CoreTerm.MaxPoolStep], kernel, tile);
                break;
            case ProgramKernel.MeanOfSquares:
                Kernel(SmallOperatorProgram.MeanKernelCycles(parameters.Elements, coefficients), kernel, tile);
                break;
            case ProgramKernel.LinearSums:
                Kernel(SmallOperatorProgram.LinearKernelCycles(parameters.OutChannels, parameters.InChannels, coefficients), kernel, tile);
                break;
            case ProgramKernel.LinearOutputs:
                Timeline.Compute(CycleCategory.Epilogue, parameters.Elements * coefficients[CoreTerm.LinearOutput], kernel);
                break;
            case ProgramKernel.Softmax:
                Kernel(SmallOperatorProgram.SoftmaxKernelCycles(parameters.Elements, coefficients), kernel, tile);
                break;
            case ProgramKernel.Elementwise:
                ElementwiseStructure structure = ElementwiseStructure.Of(call.Kind);
                Timeline.Compute(CycleCategory.Control, coefficients[structure.Chunk], "chunk");
                Kernel(ElementwiseProgram.VectorCycles(structure, parameters.Elements, coefficients), kernel, tile);
                break;
            default:
                throw new NotSupportedException($"{call.Name}: the model has no cost of {parameters.Kernel}.");
        }
    }

    /// <summary>Cache lines are written back or dropped.</summary>
    public void MaintainCache(long bytes, string name)
    {
        FinishEdges();
        Timeline.Compute(CycleCategory.CacheMaintenance, costs.CacheMaintenanceCycles(bytes), name);
    }

    /// <summary>The fills around a tile are one piece of work of the model.</summary>
    public void FinishEdges()
    {
        if (edgePlanes > 0)
        {
            Timeline.Compute(CycleCategory.EdgeExtension, costs.EdgeExtensionCycles(edgePlanes, edgeRows, edgeTouchesBorder), "edges");
            (edgePlanes, edgeRows, edgeTouchesBorder) = (0, 0, false);
        }
    }

    private void Kernel(double cycles, string kernel, TileCoordinates tile) => Timeline.Compute(CycleCategory.Kernel, cycles, NameOf(kernel, tile));

    private string NameOf(string work, TileCoordinates tile) => Timeline.IsRecording ? $"{work} {tile}" : work;
}
