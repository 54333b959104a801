using System.Collections.Immutable;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Operators.Words;

namespace TileProof.HwModel.Proof;

/// <summary>Carries out a program on words: the reader of the list that knows neither bytes nor values.</summary>
internal sealed class WordMachine : IDisposable
{
    private readonly TileProgram program;
    private readonly MachineInterceptor? interceptor;
    private readonly MemoryBank[] banks;
    private readonly SystemMemory system;
    private readonly WordDma dma;
    private readonly WordKernels kernels;
    private readonly MemoryBuffer?[] placed;
    private readonly int tensorCount;
    private int systemMark;

    /// <summary>Makes a machine with the tensors of a program in system memory.</summary>
    /// <param name="program">The program.</param>
    /// <param name="call">The call that it is of; null for a tiled convolution.</param>
    /// <param name="configuration">The machine.</param>
    /// <param name="interceptor">Interferes with the program; null for nothing.</param>
    /// <param name="modelsCache">Whether the data cache counts.</param>
    public WordMachine(TileProgram program, OperatorCall? call, DspConfiguration configuration, MachineInterceptor? interceptor, bool modelsCache)
    {
        this.program = program;
        this.interceptor = interceptor;
        placed = new MemoryBuffer?[program.Buffers.Length];
        tensorCount = program.Buffers.Count(IsTensor);
        banks = MemoryBank.AllOf(configuration, hasBytes: false);
        system = new SystemMemory(
            program.Buffers.Where(static buffer => !buffer.IsLocal).Sum(static buffer => SystemMemory.RoundUpToLine(buffer.LengthBytes)), configuration, hasBytes: false);
        Memory = new WordMemory(banks, system, modelsCache && configuration.HasDataCache);
        dma = new WordDma(configuration, Memory, interceptor);
        kernels = new WordKernels(Memory, call);
        PlaceTensors();
    }

    /// <summary>What lies where.</summary>
    public WordMemory Memory { get; }

    /// <summary>What every transfer so far was for, by its number.</summary>
    public IReadOnlyList<TransferLabel> Transfers => dma.Labels;

    /// <summary>Told after every computation.</summary>
    public Action<WordMemory, WordOperands>? Computed { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(banks, static bank => bank.ReleaseStorage());
        system.ReleaseStorage();
        Memory.Dispose();
        kernels.Dispose();
    }

    /// <summary>Carries out all instructions; returns the output tensor as the core then reads it, until the machine is disposed of.</summary>
    /// <exception cref="HardwareFaultException">The program breaks a rule of the machine.</exception>
    public ReadOnlySpan<ulong> Run()
    {
        foreach (ref readonly Instruction instruction in program.Instructions.AsSpan())
        {
            Execute(instruction);
        }

        int output = program.Buffers.IndexOf(program.Buffers.First(static buffer => buffer is { IsLocal: false, Role: BufferRole.Output }));
        return Memory.CoreRead(placed[output]!.Whole());
    }

    private static bool IsTensor(ProgramBuffer buffer) => buffer is { IsLocal: false, Role: not BufferRole.Scratch, Parent: null };

    private static WordKind? KindOf(BufferRole role) => role switch
    {
        BufferRole.Input => WordKind.Input,
        BufferRole.Coefficients => WordKind.Weight,
        BufferRole.Bias => WordKind.Bias,
        BufferRole.Scales => WordKind.Scale,
        _ => null,
    };

    private void PlaceTensors()
    {
        var met = new Dictionary<BufferRole, int>();
        for (int i = 0; i < tensorCount; i++)
        {
            ProgramBuffer buffer = program.Buffers[i];
            int ordinal = met.GetValueOrDefault(buffer.Role);
            met[buffer.Role] = ordinal + 1;
            placed[i] = system.Allocate(buffer.Name, buffer.LengthBytes);
            Memory.Place(placed[i]!, KindOf(buffer.Role), RingWords.FirstIndexOf(ordinal));
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
                system.ReleaseTo(systemMark);
                break;
            case InstructionKind.Load or InstructionKind.Store:
                dma.Issue(
                    instruction.Channel,
                    DmaDescriptor.Create(InMemory(program.ReadsOf(instruction)[0]), InMemory(program.WritesOf(instruction)[0]), instruction.Origin));
                break;
            case InstructionKind.Wait:
                dma.Wait(instruction.Channel, instruction.OutstandingCount);
                break;
            case InstructionKind.Fill:
                Fill(instruction);
                break;
            case InstructionKind.Compute:
                Compute(instruction);
                break;
            case InstructionKind.WriteBack:
                StridedRegion writtenBack = InMemory(program.WritesOf(instruction)[0]);
                if (interceptor?.WritingBackCache(ref writtenBack) != false)
                {
                    Memory.WriteBack(writtenBack);
                }

                break;
            case InstructionKind.Invalidate:
                StridedRegion dropped = InMemory(program.WritesOf(instruction)[0]);
                if (interceptor?.InvalidatingCache(ref dropped) != false)
                {
                    Memory.Invalidate(dropped);
                }

                break;
            case InstructionKind.Refuse or InstructionKind.Tile:
                break;
            default:
                throw new InvalidOperationException($"{program.Layer}: {instruction.Kind} has no meaning for words.");
        }
    }

    private void Begin(in Instruction instruction)
    {
        systemMark = system.UsedBytes;
        Array.ForEach(banks, static bank => bank.ReleaseAll());
        interceptor?.ProgramStarted($"{instruction.Origin.Pattern} {program.Layer}");
        for (int i = tensorCount; i < program.Buffers.Length; i++)
        {
            ProgramBuffer buffer = program.Buffers[i];
            if (buffer.Parent is { } parent)
            {
                placed[i] = placed[parent]!.Slice(buffer.Name, buffer.OffsetBytes, buffer.LengthBytes);
            }
            else if (buffer.IsLocal)
            {
                MemoryBuffer local = banks[buffer.Bank].Allocate(buffer.Name, interceptor?.Allocating(buffer.Bank, buffer.Name, buffer.LengthBytes) ?? buffer.LengthBytes);
                placed[i] = interceptor?.Allocated(local) ?? local;
            }
            else
            {
                placed[i] = system.Allocate(buffer.Name, buffer.LengthBytes);
                Memory.Reuse(placed[i]!);
            }
        }
    }

    private void Fill(in Instruction instruction)
    {
        var step = new FillStep(
            InMemory(program.WritesOf(instruction)[0]),
            instruction.Value,
            instruction.Purpose == InstructionPurpose.Edge ? FillPurpose.EdgeExtension : FillPurpose.WholeBuffer);
        if (interceptor?.Filling(ref step) != false)
        {
            step.Region.Buffer.Space.Touch(step.Region, "fill");
            Memory.CoreFill(step.Region, RingWords.Of(WordKind.Constant, step.Value));
            dma.CoreWrote(step.Region);
        }
    }

    private void Compute(in Instruction instruction)
    {
        var operands = new WordOperands(program, instruction, ProgramRegion.In(program.ReadsOf(instruction), placed), ProgramRegion.In(program.WritesOf(instruction), placed));
        foreach (StridedRegion region in operands.Reads.Concat(operands.Writes))
        {
            region.Buffer.Space.Touch(region, instruction.Origin.Pattern);
        }

        kernels.Compute(operands);
        foreach (StridedRegion written in operands.Writes)
        {
            // A kernel writes outputs while it still reads: in which order is its own affair.
            if (operands.Reads.Any(read => read.Buffer != written.Buffer && WordRegions.Overlaps(written, read).Any()))
            {
                Memory.CoreFill(written, RingWords.Of(WordKind.WrittenWhileRead, 0));
            }

            dma.CoreWrote(written);
        }

        Computed?.Invoke(Memory, operands);
    }

    private StridedRegion InMemory(in ProgramRegion region) => region.In(placed[region.Buffer]!);
}
