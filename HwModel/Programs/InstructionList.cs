using System.Collections.Immutable;

namespace TileProof.HwModel.Programs;

/// <summary>An immutable list of instructions, which name buffers by their number: it is independent of live memory.</summary>
public abstract class InstructionList
{
    private protected InstructionList(
        string layer, ImmutableArray<ProgramBuffer> buffers, ImmutableArray<Instruction> instructions, ImmutableArray<ProgramRegion> regions)
    {
        Layer = layer;
        Buffers = buffers;
        Instructions = instructions;
        Regions = regions;
    }

    /// <summary>The layer key, which names the kernel programs together with the kernel.</summary>
    public string Layer { get; }

    /// <summary>Tensors in system memory, then what the program uses of the banks, in order of allocation.</summary>
    public ImmutableArray<ProgramBuffer> Buffers { get; }

    /// <summary>The instructions in program order.</summary>
    public ImmutableArray<Instruction> Instructions { get; }

    /// <summary>What an instruction reads: the source of a transfer, every operand of a computation, nothing for a fill.</summary>
    public ReadOnlySpan<ProgramRegion> ReadsOf(in Instruction instruction) => Regions.AsSpan(instruction.FirstRegion, instruction.ReadCount);

    /// <summary>What an instruction writes: the destination of a transfer, a fill, a result; for cache operations the lines.</summary>
    public ReadOnlySpan<ProgramRegion> WritesOf(in Instruction instruction) => Regions.AsSpan(instruction.FirstRegion + instruction.ReadCount, instruction.WriteCount);

    private protected ImmutableArray<ProgramRegion> Regions { get; }
}
