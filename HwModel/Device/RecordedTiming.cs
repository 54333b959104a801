using TileProof.HwModel.Dma;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
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
    private readonly ProgramPricer pricer;
    private readonly double[] starts;
    private readonly double[] arrivals;
    private readonly bool marksTiles;

    private RecordedTiming(RecordedProgram program, OperatorCall call, CostCoefficients coefficients, MachineMode mode, bool recordSpans)
    {
        this.program = program;
        bool usesDma = program.Instructions.Any(static one => one.Kind is InstructionKind.Load or InstructionKind.Store);
        pricer = new ProgramPricer(call, usesDma, new KernelCosts(coefficients, mode), program.RingDepth, recordSpans);
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
        for (int i = 0; i < starts.Length; i++)
        {
            Instruction instruction = program.Instructions[i];
            if (Timeline.IsRecording)
            {
                Timeline.Origin = program.Origins[i]?.ToString() ?? "";
            }

            starts[i] = Timeline.NowCycles;
            Play(instruction);
            arrivals[i] = instruction.Kind is InstructionKind.Load or InstructionKind.Store ? pricer.LastArrivalCycles : 0;
        }

        // Edges that nothing follows are work, too.
        pricer.Read(new Instruction { Kind = InstructionKind.End }, [], []);
    }

    private void Play(in Instruction instruction)
    {
        switch (instruction.Kind)
        {
            case InstructionKind.Load or InstructionKind.Store:
                Read(instruction with { Purpose = PurposeOf(instruction), Origin = NameOf(instruction) });
                break;
            case InstructionKind.Compute when !IsPriced(instruction):
                UnpricedSteps++;
                UnpricedBytes += Bytes(program.RegionsOf(instruction));
                LacksKernels |= instruction.Parameters.Kernel is not (ProgramKernel.Recorded or ProgramKernel.PaddedCopy);
                break;
            case InstructionKind.Compute when instruction.Parameters.Kernel == ProgramKernel.Convolution && pricer.UsesDma && !marksTiles:
                pricer.Read(new Instruction { Kind = InstructionKind.Tile, Tile = instruction.Tile }, [], []);
                Read(instruction);
                break;
            case InstructionKind.WriteBack:
                Read(instruction with { Purpose = program.Buffers[program.WritesOf(instruction)[0].Buffer].Role.PurposeOfWriteBack() });
                break;
            default:
                Read(instruction);
                break;
        }
    }

    private void Read(in Instruction instruction) => pricer.Read(instruction, program.ReadsOf(instruction), program.WritesOf(instruction));

    /// <summary>The model has a cost of the kernel where it works on the memory that the rest of the call works on; sums that stayed in the core go through the cache.</summary>
    private bool IsPriced(in Instruction instruction) => pricer.Covers(instruction.Parameters.Kernel)
        && (instruction.Parameters.Kernel == ProgramKernel.LinearOutputs || IsLocal(instruction) == pricer.UsesDma);

    /// <summary>Whether a kernel works on local memory.</summary>
    private bool IsLocal(in Instruction instruction)
    {
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

    private InstructionPurpose PurposeOf(in Instruction instruction) =>
        instruction.Kind == InstructionKind.Store ? InstructionPurpose.Output
        : program.Buffers[program.ReadsOf(instruction)[0].Buffer].Role == BufferRole.Input ? InstructionPurpose.Input
        : InstructionPurpose.Coefficients;

    private TransferLabel NameOf(in Instruction instruction)
    {
        string name = Timeline.IsRecording
            ? $"{program.Buffers[program.ReadsOf(instruction)[0].Buffer].Name} to {program.Buffers[program.WritesOf(instruction)[0].Buffer].Name}"
            : "";

        // A label has places in braces; names of the user's buffers have none.
        return new TransferLabel(name.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
    }
}
