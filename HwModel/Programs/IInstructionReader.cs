namespace TileProof.HwModel.Programs;

/// <summary>Takes the instructions of a program one by one, from a list or straight from its writer.</summary>
public interface IInstructionReader
{
    /// <summary>Takes the next instruction.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="reads">What it reads; see <see cref="InstructionList.ReadsOf"/>. Valid during the call.</param>
    /// <param name="writes">What it writes; see <see cref="InstructionList.WritesOf"/>. Valid during the call.</param>
    void Read(in Instruction instruction, ReadOnlySpan<ProgramRegion> reads, ReadOnlySpan<ProgramRegion> writes);
}
