using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.VectorCore;
using TileProof.Operators;

namespace TileProof.HwModel.Execution;

/// <summary>The computations of a max pooling call.</summary>
internal sealed class MaxPoolKernels(MaxPool2dShape shape) : IProgramKernels
{
    /// <inheritdoc/>
    public ArithmeticEvents Compute(in ComputeOperands operands)
    {
        switch (operands.Instruction.Parameters.Kernel)
        {
            case ProgramKernel.FillLowest:
                MemoryMarshal.Cast<byte, float>(operands.Writes[0].ConsecutiveBytes()).Fill(MaxPoolArithmetic.Lowest);
                break;
            case ProgramKernel.PaddedCopy:
                operands.Copy();
                break;
            case ProgramKernel.MaxPool:
                Pool(operands.Reads[0], operands.Writes[0]);
                break;
            default:
                throw operands.UnknownKernel("max pooling");
        }

        return default;
    }

    private void Pool(in StridedRegion source, in StridedRegion destination)
    {
        int rowPitchElements = source.RowPitchBytes / sizeof(float);
        Span<float> columnMaxima = new float[rowPitchElements];
        for (int channel = 0; channel < destination.PlaneCount; channel++)
        {
            ReadOnlySpan<float> plane = MemoryMarshal.Cast<byte, float>(
                source.Buffer.Bytes[(source.OffsetBytes + (channel * source.PlanePitchBytes))..]);
            for (int row = 0; row < destination.RowCount; row++)
            {
                int offsetBytes = destination.OffsetBytes + (channel * destination.PlanePitchBytes) + (row * destination.RowPitchBytes);
                MaxPoolArithmetic.Row(
                    plane[(row * shape.Stride * rowPitchElements)..],
                    rowPitchElements,
                    shape.KernelHeight,
                    shape.KernelWidth,
                    shape.Stride,
                    columnMaxima,
                    MemoryMarshal.Cast<byte, float>(destination.Buffer.Bytes.Slice(offsetBytes, destination.RowBytes)));
            }
        }
    }
}
