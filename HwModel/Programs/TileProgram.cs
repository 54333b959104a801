using System.Collections.Immutable;
using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Programs;

/// <summary>What one operator call does on the machine: an immutable list of instructions, complete before any data exists.</summary>
/// <remarks>It can be run any number of times. Made by a <see cref="ProgramLibrary"/> once for a call, a plan and a machine.</remarks>
public sealed class TileProgram : InstructionList
{
    internal TileProgram(
        string layer, CallPlan plan, ImmutableArray<ProgramBuffer> buffers, ImmutableArray<Instruction> instructions, ImmutableArray<ProgramRegion> regions)
        : base(layer, buffers, instructions, regions) => Plan = plan;

    /// <summary>The path and the tiles that the program carries out.</summary>
    public CallPlan Plan { get; }

    /// <summary>Shows all instructions to a reader.</summary>
    public void ReadBy(IInstructionReader reader)
    {
        foreach (ref readonly Instruction instruction in Instructions.AsSpan())
        {
            reader.Read(instruction, ReadsOf(instruction), WritesOf(instruction));
        }
    }
}
