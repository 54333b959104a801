using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Execution;

/// <summary>Runs a program on a machine: moves bytes by its DMA, fills, and calls kernels on what lies in memory at that moment.</summary>
internal sealed class ProgramRunner
{
    private readonly DspMachine machine;
    private readonly TileProgram program;
    private readonly IProgramKernels kernels;
    private readonly MemoryBuffer?[] memory;
    private readonly int tensorCount;
    private int systemMark;

    /// <summary>Makes a runner.</summary>
    /// <param name="machine">The machine; both banks are emptied where a kernel begins.</param>
    /// <param name="program">What to do.</param>
    /// <param name="kernels">Computes.</param>
    /// <param name="tensors">The tensors of the program in system memory, as its first buffers.</param>
    /// <exception cref="ArgumentException">A tensor is not as long as the program's.</exception>
    public ProgramRunner(DspMachine machine, TileProgram program, IProgramKernels kernels, IReadOnlyList<MemoryBuffer> tensors)
    {
        this.machine = machine;
        this.program = program;
        this.kernels = kernels;
        memory = new MemoryBuffer?[program.Buffers.Length];
        for (int i = 0; i < tensors.Count; i++)
        {
            ProgramBuffer buffer = program.Buffers[i];
            memory[i] = tensors[i].LengthBytes == buffer.LengthBytes && !buffer.IsLocal
                ? tensors[i]
                : throw new ArgumentException($"The program takes '{buffer.Name}' in {buffer.LengthBytes} bytes of system memory, not in {tensors[i]}.", nameof(tensors));
        }

        tensorCount = tensors.Count;
    }

    /// <summary>Told of every instruction that was executed; null for nobody.</summary>
    public IInstructionReader? Reader { get; init; }

    /// <summary>Runs all instructions.</summary>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine.</exception>
    public void Run()
    {
        foreach (ref readonly Instruction instruction in program.Instructions.AsSpan())
        {
            Execute(instruction);
            Reader?.Read(instruction, program.ReadsOf(instruction), program.WritesOf(instruction));
        }
    }

    private void Execute(in Instruction instruction)
    {
        switch (instruction.Kind)
        {
            case InstructionKind.Begin:
                Begin(instruction);
                break;
            case InstructionKind.End:
                machine.EndProgram();
                machine.System.ReleaseTo(systemMark);
                break;
            case InstructionKind.Refuse:
                machine.IgnoreStatus(instruction.Origin.Pattern, instruction.Reason!);
                break;
            case InstructionKind.Load or InstructionKind.Store:
                machine.Dma.Issue(
                    instruction.Channel,
                    DmaDescriptor.Create(InMemory(program.ReadsOf(instruction)[0]), InMemory(program.WritesOf(instruction)[0]), instruction.Origin));
                break;
            case InstructionKind.Wait:
                machine.Dma.Wait(instruction.Channel, instruction.OutstandingCount);
                break;
            case InstructionKind.Fill:
                machine.Fill(
                    InMemory(program.WritesOf(instruction)[0]),
                    instruction.Value,
                    instruction.Purpose == InstructionPurpose.Edge ? FillPurpose.EdgeExtension : FillPurpose.WholeBuffer);
                break;
            case InstructionKind.Compute:
                Compute(instruction);
                break;
            case InstructionKind.WriteBack:
                machine.WriteBackCache(InMemory(program.WritesOf(instruction)[0]));
                break;
            case InstructionKind.Invalidate:
                machine.InvalidateCache(InMemory(program.WritesOf(instruction)[0]));
                break;
            case InstructionKind.Tile:
                machine.BeginTile(instruction.Tile);
                break;
            default:
                throw new InvalidOperationException($"{program.Layer}: no machine executes {instruction.Kind}.");
        }
    }

    /// <summary>A kernel is called: the banks are empty, and the buffers that are no tensors are handed out.</summary>
    private void Begin(in Instruction instruction)
    {
        systemMark = machine.System.UsedBytes;
        machine.BeginProgram($"{instruction.Origin.Pattern} {program.Layer}");
        for (int i = tensorCount; i < program.Buffers.Length; i++)
        {
            ProgramBuffer buffer = program.Buffers[i];
            memory[i] = buffer.Parent is { } parent ? memory[parent]!.Slice(buffer.Name, buffer.OffsetBytes, buffer.LengthBytes)
                : buffer.IsLocal ? machine.Allocate(buffer.Bank, buffer.Name, buffer.LengthBytes)
                : machine.System.Allocate(buffer.Name, buffer.LengthBytes);
        }
    }

    private void Compute(in Instruction instruction)
    {
        var step = new ProgramStep(program, instruction, InMemory(program.ReadsOf(instruction)), InMemory(program.WritesOf(instruction)))
        {
            AlignmentBytes = Math.Max(instruction.Parameters.AlignmentBytes, 1),
        };
        machine.BeginCompute(step);
        machine.EndCompute(step, kernels.Compute(step));
    }

    private StridedRegion InMemory(in ProgramRegion region) => region.In(memory[region.Buffer]!);

    private ImmutableArray<StridedRegion> InMemory(ReadOnlySpan<ProgramRegion> regions) => ImmutableCollectionsMarshal.AsImmutableArray(ProgramRegion.In(regions, memory));
}
