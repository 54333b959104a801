using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Proof;

/// <summary>A computation of a program, with its regions in the memory of a machine of words.</summary>
/// <param name="Program">The program.</param>
/// <param name="Instruction">The computation.</param>
/// <param name="Reads">What it reads, in the order of the program.</param>
/// <param name="Writes">What it writes.</param>
internal readonly record struct WordOperands(TileProgram Program, Instruction Instruction, StridedRegion[] Reads, StridedRegion[] Writes)
{
    /// <summary>The region that is read from a buffer of a role; null when there is none.</summary>
    public StridedRegion? Read(BufferRole role) => Find(Program.ReadsOf(Instruction), Reads, role);

    /// <summary>The region that is written to a buffer of a role; null when there is none.</summary>
    public StridedRegion? Written(BufferRole role) => Find(Program.WritesOf(Instruction), Writes, role);

    private StridedRegion? Find(ReadOnlySpan<ProgramRegion> regions, StridedRegion[] placed, BufferRole role)
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
