using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.VectorCore;

namespace TileProof.HwModel.Execution;

/// <summary>Softmax of one row of floats.</summary>
internal sealed class SoftmaxKernels : IProgramKernels
{
    public ArithmeticEvents Compute(ProgramStep step)
    {
        SoftmaxArithmetic.Row(
            MemoryMarshal.Cast<byte, float>(step.Reads[0].ConsecutiveBytes()), MemoryMarshal.Cast<byte, float>(step.Writes[0].ConsecutiveBytes()));
        return default;
    }
}
