using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.VectorCore;

namespace TileProof.HwModel.Execution;

/// <summary>The means of planes of <paramref name="planeElements"/> floats.</summary>
internal sealed class MeanKernels(int planeElements) : IProgramKernels
{
    public ArithmeticEvents Compute(ProgramStep step)
    {
        ReadOnlySpan<float> planes = MemoryMarshal.Cast<byte, float>(step.Reads[0].ConsecutiveBytes());
        Span<float> means = MemoryMarshal.Cast<byte, float>(step.Writes[0].ConsecutiveBytes())[..step.Instruction.Parameters.Elements];
        switch (step.Instruction.Parameters.Kernel)
        {
            case ProgramKernel.MeanOfSquares:
                MeanArithmetic.Tree(planes, means);
                break;
            case ProgramKernel.MeanInOrder:
                MeanArithmetic.Sequential(planes, planeElements, means);
                break;
            default:
                throw step.UnknownKernel("mean");
        }

        return default;
    }
}
