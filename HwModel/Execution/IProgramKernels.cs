using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Execution;

/// <summary>The arithmetic of an operator call: it looks up what no program holds, such as the integers of a requantization.</summary>
internal interface IProgramKernels
{
    /// <summary>Announces a computation to the machine and performs it on the bytes that lie in memory now.</summary>
    /// <exception cref="HardwareFaultException">A range leaves its memory.</exception>
    void Compute(DspMachine machine, in ComputeOperands operands);
}
