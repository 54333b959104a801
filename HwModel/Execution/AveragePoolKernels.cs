using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.VectorCore;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Execution;

/// <summary>The computations of an average pooling of levels.</summary>
internal sealed class AveragePoolKernels(AveragePool2dCall call) : IProgramKernels
{
    private readonly AveragePoolArithmetic arithmetic = new(call);

    /// <inheritdoc/>
    public ArithmeticEvents Compute(in ComputeOperands operands)
    {
        switch (operands.Instruction.Parameters.Kernel)
        {
            case ProgramKernel.PaddedCopy:
                operands.Copy();
                break;
            case ProgramKernel.AveragePool:
                Pool(operands.Reads[0], operands.Writes[0], operands.Instruction.Parameters.FirstRow);
                break;
            default:
                throw operands.UnknownKernel("average pooling");
        }

        return default;
    }

    private void Pool(in StridedRegion source, in StridedRegion destination, int firstRow)
    {
        for (int channel = 0; channel < destination.PlaneCount; channel++)
        {
            for (int row = 0; row < destination.RowCount; row++)
            {
                ReadOnlySpan<byte> window = source.Buffer.Bytes[(source.OffsetBytes + (channel * source.PlanePitchBytes) + (row * call.Shape.StrideHeight * source.RowPitchBytes))..];
                int offsetBytes = destination.OffsetBytes + (channel * destination.PlanePitchBytes) + (row * destination.RowPitchBytes);
                arithmetic.Row(
                    MemoryMarshal.Cast<byte, sbyte>(window), source.RowPitchBytes, firstRow + row, MemoryMarshal.Cast<byte, sbyte>(destination.Buffer.Bytes.Slice(offsetBytes, destination.RowBytes)));
            }
        }
    }
}
