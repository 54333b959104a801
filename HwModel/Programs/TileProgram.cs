using System.Collections.Immutable;
using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Programs;

/// <summary>What one operator call does on the machine: an immutable list of instructions, complete before any data exists.</summary>
/// <remarks>
/// Instructions name buffers by their number, so a program is independent of live memory and can be run any number of times. Made by a
/// <see cref="ProgramLibrary"/> once for a call, a plan and a machine.
/// </remarks>
public sealed class TileProgram
{
    private readonly ImmutableArray<ProgramRegion> regions;

    internal TileProgram(
        string layer, CallPlan plan, ImmutableArray<ProgramBuffer> buffers, ImmutableArray<Instruction> instructions, ImmutableArray<ProgramRegion> regions)
    {
        Layer = layer;
        Plan = plan;
        Buffers = buffers;
        Instructions = instructions;
        this.regions = regions;
    }

    /// <summary>The layer key, which names the kernel programs together with the kernel.</summary>
    public string Layer { get; }

    /// <summary>The path and the tiles that the program carries out.</summary>
    public CallPlan Plan { get; }

    /// <summary>Tensors and local buffers, in order of allocation.</summary>
    public ImmutableArray<ProgramBuffer> Buffers { get; }

    /// <summary>The instructions in program order.</summary>
    public ImmutableArray<Instruction> Instructions { get; }

    /// <summary>Shows all instructions to a reader.</summary>
    public void ReadBy(IInstructionReader reader)
    {
        foreach (ref readonly Instruction instruction in Instructions.AsSpan())
        {
            reader.Read(instruction, ReadsOf(instruction), WritesOf(instruction));
        }
    }

    /// <summary>What an instruction reads: the source of a transfer, every operand of a computation, nothing for a fill.</summary>
    public ReadOnlySpan<ProgramRegion> ReadsOf(in Instruction instruction) => regions.AsSpan(instruction.FirstRegion, instruction.ReadCount);

    /// <summary>What an instruction writes: the destination of a transfer, a fill, a result; for cache operations the lines.</summary>
    public ReadOnlySpan<ProgramRegion> WritesOf(in Instruction instruction) =>
        regions.AsSpan(instruction.FirstRegion + instruction.ReadCount, instruction.WriteCount);
}
