using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.VectorCore;
using TileProof.Operators;

namespace TileProof.HwModel.Execution;

/// <summary>The computations of a max pooling call.</summary>
/// <param name="shape">The geometry.</param>
/// <param name="elementType">float32 or int8.</param>
internal sealed class MaxPoolKernels(MaxPool2dShape shape, ElementType elementType) : IProgramKernels
{
    /// <inheritdoc/>
    public ArithmeticEvents Compute(in ComputeOperands operands)
    {
        switch (operands.Instruction.Parameters.Kernel)
        {
            case ProgramKernel.FillLowest:
                Span<byte> bytes = operands.Writes[0].ConsecutiveBytes();
                if (elementType == ElementType.Int8)
                {
                    MemoryMarshal.Cast<byte, sbyte>(bytes).Fill(MaxPoolArithmetic.LowestLevel);
                }
                else
                {
                    MemoryMarshal.Cast<byte, float>(bytes).Fill(MaxPoolArithmetic.Lowest);
                }

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
        Span<float> columnMaxima = new float[shape.PaddedWidth];
        for (int channel = 0; channel < destination.PlaneCount; channel++)
        {
            for (int row = 0; row < destination.RowCount; row++)
            {
                ReadOnlySpan<byte> window = source.Buffer.Bytes[(source.OffsetBytes + (channel * source.PlanePitchBytes) + (row * shape.StrideHeight * source.RowPitchBytes))..];
                int offsetBytes = destination.OffsetBytes + (channel * destination.PlanePitchBytes) + (row * destination.RowPitchBytes);
                Span<byte> output = destination.Buffer.Bytes.Slice(offsetBytes, destination.RowBytes);
                if (elementType == ElementType.Int8)
                {
                    MaxPoolArithmetic.RowOfLevels(MemoryMarshal.Cast<byte, sbyte>(window), source.RowPitchBytes, shape.KernelHeight, shape.KernelWidth, shape.StrideWidth, MemoryMarshal.Cast<byte, sbyte>(output));
                }
                else
                {
                    MaxPoolArithmetic.Row(
                        MemoryMarshal.Cast<byte, float>(window), source.RowPitchBytes / sizeof(float), shape.KernelHeight, shape.KernelWidth, shape.StrideWidth, columnMaxima, MemoryMarshal.Cast<byte, float>(output));
                }
            }
        }
    }
}
