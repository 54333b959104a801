using System.Collections.Immutable;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Execution;

/// <summary>A computation of a program, with its regions in the memory of the machine.</summary>
/// <param name="Program">The program.</param>
/// <param name="Instruction">The computation.</param>
/// <param name="Reads">What it reads, in the order of the program.</param>
/// <param name="Writes">What it writes.</param>
internal readonly record struct ComputeOperands(
    TileProgram Program, Instruction Instruction, ImmutableArray<StridedRegion> Reads, ImmutableArray<StridedRegion> Writes)
{
    /// <summary>The region that is read from a buffer of a role; null when there is none.</summary>
    public StridedRegion? Read(BufferRole role) => Find(Program.ReadsOf(Instruction), Reads, role);

    /// <summary>The region that is written to a buffer of a role; null when there is none.</summary>
    public StridedRegion? Written(BufferRole role) => Find(Program.WritesOf(Instruction), Writes, role);

    /// <summary>Copies the first region that is read to the first that is written, row by row.</summary>
    public void Copy()
    {
        StridedRegion source = Reads[0];
        StridedBytes.Copy(source, Writes[0], 0, source.RowCount * source.PlaneCount);
    }

    /// <summary>The fault of a program with a computation that its operator does not have.</summary>
    public InvalidOperationException UnknownKernel(string operatorName) => new($"The program of a {operatorName} has no kernel {Instruction.Parameters.Kernel}.");

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
