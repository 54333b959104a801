using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.VectorCore;

namespace TileProof.HwModel.Execution;

/// <summary>The means of planes of <paramref name="planeElements"/> floats.</summary>
internal sealed class MeanKernels(int planeElements) : IProgramKernels
{
    /// <inheritdoc/>
    public ArithmeticEvents Compute(in ComputeOperands operands)
    {
        ReadOnlySpan<float> planes = MemoryMarshal.Cast<byte, float>(operands.Reads[0].ConsecutiveBytes());
        Span<float> means = MemoryMarshal.Cast<byte, float>(operands.Writes[0].ConsecutiveBytes())[..operands.Instruction.Parameters.Elements];
        switch (operands.Instruction.Parameters.Kernel)
        {
            case ProgramKernel.MeanOfSquares:
                MeanArithmetic.Tree(planes, means);
                break;
            case ProgramKernel.MeanInOrder:
                MeanArithmetic.Sequential(planes, planeElements, means);
                break;
            default:
                throw operands.UnknownKernel("mean");
        }

        return default;
    }
}
