using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Execution;

/// <summary>The arithmetic of an operator call: it knows what no program holds, such as the integers of a requantization.</summary>
internal interface IProgramKernels
{
    /// <summary>Performs a computation on the bytes that lie in memory now.</summary>
    /// <param name="step">What it reads and writes.</param>
    /// <returns>What left the range of the arithmetic.</returns>
    ArithmeticEvents Compute(ProgramStep step);
}
