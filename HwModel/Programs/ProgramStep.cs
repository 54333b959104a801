using System.Collections.Immutable;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Programs;

/// <summary>A computation of a program, as the machine announces it.</summary>
/// <param name="Program">The program.</param>
/// <param name="Instruction">The computation.</param>
/// <param name="Reads">What it reads, in the memory of the machine and the order of the program.</param>
/// <param name="Writes">What it writes.</param>
public sealed record ProgramStep(
    TileProgram Program, Instruction Instruction, ImmutableArray<StridedRegion> Reads, ImmutableArray<StridedRegion> Writes)
    : ComputeStep(Instruction.Origin.Pattern, Instruction.Tile, Reads, Writes)
{
    /// <summary>The region that is read from a buffer of a role; null when there is none.</summary>
    internal StridedRegion? Read(BufferRole role) => Find(Program.ReadsOf(Instruction), Reads, role);

    /// <summary>The region that is written to a buffer of a role; null when there is none.</summary>
    internal StridedRegion? Written(BufferRole role) => Find(Program.WritesOf(Instruction), Writes, role);

    /// <summary>Copies the first region that is read to the first that is written, row by row.</summary>
    internal void Copy() => StridedBytes.Copy(Reads[0], Writes[0], 0, Reads[0].RowCount * Reads[0].PlaneCount);

    /// <summary>The fault of a program with a computation that its operator does not have.</summary>
    internal InvalidOperationException UnknownKernel(string operatorName) => new($"The program of a {operatorName} has no kernel {Instruction.Parameters.Kernel}.");

    private StridedRegion? Find(ReadOnlySpan<ProgramRegion> regions, ImmutableArray<StridedRegion> placed, BufferRole role)
    {
        for (int i = 0; i < regions.Length; i++)
        {
            if (Program.Buffers[regions[i].Buffer].Role == role)
            {
                return placed[i];
            }
        }

        return null;
    }
}
