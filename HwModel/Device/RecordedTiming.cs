using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Device;

/// <summary>What a recorded schedule costs by the cycle model: the same costs of the same steps as for built-in programs.</summary>
/// <remarks>
/// What the core does of its own between machine instructions has no cost in the model: copies in banks, loops over a tile. It is counted, and takes
/// no time.
/// </remarks>
public sealed class RecordedTiming
{
    private readonly RecordedProgram program;
    private readonly OperatorCall call;
    private readonly CallPricer pricer;
    private readonly double[] starts;
    private readonly double[] arrivals;
    private readonly bool marksTiles;

    private RecordedTiming(RecordedProgram program, OperatorCall call, CostCoefficients coefficients, MachineMode mode, bool recordSpans)
    {
        this.program = program;
        this.call = call;
        pricer = new CallPricer(call, coefficients, mode, recordSpans, program.RingDepth);
        starts = new double[program.Instructions.Length];
        arrivals = new double[program.Instructions.Length];
        marksTiles = program.Instructions.Any(static one => one.Kind == InstructionKind.Tile);
    }

    /// <summary>The events; <see cref="EventTimeline.NowCycles"/> is what the call takes.</summary>
    public EventTimeline Timeline => pricer.Timeline;

    /// <summary>Core cycles at which each instruction begins.</summary>
    public IReadOnlyList<double> StartCycles => starts;

    /// <summary>Core cycles at which the last byte of each transfer has arrived; 0 for other instructions.</summary>
    public IReadOnlyList<double> ArrivalCycles => arrivals;

    /// <summary>Steps of the core that have no cost in the model.</summary>
    public int UnpricedSteps { get; private set; }

    /// <summary>Bytes that those steps read and write.</summary>
    public long UnpricedBytes { get; private set; }

    /// <summary>Whether kernels are among them: what the call takes then says little.</summary>
    public bool LacksKernels { get; private set; }

    /// <summary>Prices a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="call">The call that it computes.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="mode">How much of the memory system counts.</param>
    /// <param name="recordSpans">Whether the timeline keeps its spans, with the lines that they come from.</param>
    public static RecordedTiming Of(RecordedProgram program, OperatorCall call, CostCoefficients coefficients, MachineMode mode, bool recordSpans = false)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(coefficients);
        var timing = new RecordedTiming(program, call, coefficients, mode, recordSpans);
        timing.Play();
        return timing;
    }

    private void Play()
    {
        pricer.Begin();
        for (int i = 0; i < starts.Length; i++)
        {
            Instruction instruction = program.Instructions[i];
            if (Timeline.IsRecording)
            {
                Timeline.Origin = program.Origins[i]?.ToString() ?? "";
            }

            starts[i] = Timeline.NowCycles;
            arrivals[i] = Play(instruction);
        }

        pricer.FinishEdges();
    }

    private double Play(in Instruction instruction)
    {
        switch (instruction.Kind)
        {
            case InstructionKind.Load or InstructionKind.Store:
                ProgramRegion source = program.ReadsOf(instruction)[0];
                return pricer.Issue(
                    instruction.Channel,
                    PurposeOf(instruction),
                    source.TotalBytes,
                    Timeline.IsRecording ? $"{program.Buffers[source.Buffer].Name} to {program.Buffers[program.WritesOf(instruction)[0].Buffer].Name}" : "",
                    (long)source.RowCount * source.PlaneCount);
            case InstructionKind.Wait:
                pricer.Wait(instruction.Channel, instruction.OutstandingCount);
                break;
            case InstructionKind.Fill:
                ProgramRegion filled = program.WritesOf(instruction)[0];
                if (instruction.Purpose == InstructionPurpose.Edge)
                {
                    pricer.Edge(filled.PlaneCount, filled.RowCount, filled.RowBytes == filled.RowPitchBytes);
                }
                else if (program.Buffers[filled.Buffer].IsLocal)
                {
                    pricer.Fill(filled.TotalBytes);
                }
                else
                {
                    pricer.FillSystem(filled.TotalBytes);
                }

                break;
            case InstructionKind.Compute:
                Compute(instruction);
                break;
            case InstructionKind.WriteBack:
                pricer.MaintainCache(program.WritesOf(instruction)[0].TotalBytes, "write back");
                break;
            case InstructionKind.Invalidate:
                pricer.MaintainCache(program.WritesOf(instruction)[0].TotalBytes, "invalidate");
                break;
            case InstructionKind.Tile:
                pricer.Tile(instruction.Tile);
                break;
            default:
                break;
        }

        return 0;
    }

    private void Compute(in Instruction instruction)
    {
        KernelParameters parameters = instruction.Parameters;
        if (parameters.Kernel == ProgramKernel.Convolution && call is Conv2dCall convolution && program.ReadsOf(instruction) is [var input, ..] && program.Buffers[input.Buffer].IsLocal)
        {
            if (!marksTiles)
            {
                pricer.Tile(instruction.Tile);
            }

            pricer.Convolve(
                ConvolutionWork.OfKernelCall(ShapeOf(convolution.Shape, parameters.InChannels), input.RowPitchBytes, parameters.Rows, parameters.OutChannels, pricer.VectorBytes),
                instruction.Origin.Pattern,
                instruction.Tile);
            return;
        }

        if (call is Conv2dCall cached && !IsLocal(instruction) && program.ReadsOf(instruction) is [var image, ..])
        {
            if (parameters.Kernel == ProgramKernel.PaddedCopy)
            {
                pricer.CopyImage(image.PlaneCount, image.RowCount, image.RowBytes);
                return;
            }

            if (parameters.Kernel == ProgramKernel.Convolution && program.Buffers[image.Buffer].Role == BufferRole.Scratch)
            {
                Conv2dShape whole = cached.Shape;
                int rows = ((parameters.Rows - 1) * whole.Stride) + whole.KernelHeight - (2 * whole.Padding);
                pricer.ConvolveSystem(
                    Conv2dShape.Create(parameters.InChannels, rows, whole.InWidth, parameters.OutChannels, whole.KernelHeight, whole.KernelWidth, whole.Stride, whole.Padding),
                    image.RowPitchBytes,
                    instruction.Origin.Pattern,
                    instruction.Tile);
                return;
            }
        }

        bool isKernel = parameters.Kernel is not (ProgramKernel.Recorded or ProgramKernel.PaddedCopy);
        if (isKernel && parameters.Kernel != ProgramKernel.Convolution && IsLocal(instruction))
        {
            pricer.Compute(parameters, Bytes(program.WritesOf(instruction)), instruction.Origin.Pattern, instruction.Tile);
            return;
        }

        pricer.FinishEdges();
        UnpricedSteps++;
        UnpricedBytes += Bytes(program.RegionsOf(instruction));
        LacksKernels |= isKernel;
    }

    private static Conv2dShape ShapeOf(Conv2dShape shape, int inChannels) => inChannels == shape.InChannels
        ? shape
        : Conv2dShape.Create(inChannels, shape.InHeight, shape.InWidth, shape.OutChannels, shape.KernelHeight, shape.KernelWidth, shape.Stride, shape.Padding);

    /// <summary>Whether a kernel works on local memory; outputs of sums that stayed in the core go through the cache.</summary>
    private bool IsLocal(in Instruction instruction)
    {
        if (instruction.Parameters.Kernel == ProgramKernel.LinearOutputs)
        {
            return true;
        }

        foreach (ProgramRegion region in program.RegionsOf(instruction))
        {
            if (program.Buffers[region.Buffer].IsLocal)
            {
                return true;
            }
        }

        return false;
    }

    private static long Bytes(ReadOnlySpan<ProgramRegion> regions)
    {
        long bytes = 0;
        foreach (ProgramRegion region in regions)
        {
            bytes += region.TotalBytes;
        }

        return bytes;
    }

    private TransferPurpose PurposeOf(in Instruction instruction) =>
        instruction.Kind == InstructionKind.Store ? TransferPurpose.Output
        : program.Buffers[program.ReadsOf(instruction)[0].Buffer].Role == BufferRole.Input ? TransferPurpose.Input
        : TransferPurpose.Coefficients;
}
