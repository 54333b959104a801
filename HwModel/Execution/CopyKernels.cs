using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;

namespace TileProof.HwModel.Execution;

/// <summary>The only computation of a concatenation or padding: the core copies rows where there are no banks.</summary>
internal sealed class CopyKernels : IProgramKernels
{
    public ArithmeticEvents Compute(ProgramStep step)
    {
        if (step.Instruction.Parameters.Kernel != ProgramKernel.PaddedCopy)
        {
            throw step.UnknownKernel("copy");
        }

        step.Copy();
        return default;
    }
}
