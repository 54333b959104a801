using System.Runtime.InteropServices;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.VectorCore;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Execution;

/// <summary>The computations of a max pooling of floats or levels, or of an average pooling of levels.</summary>
internal sealed class PoolKernels : IProgramKernels
{
    /// <summary>Computes one output row: the windows begin in the first row that is given, all rows below it follow at the pitch.</summary>
    private delegate void Arithmetic(ReadOnlySpan<byte> windows, int rowPitchBytes, int row, Span<byte> output);

    private readonly MaxPool2dShape shape;
    private readonly ElementType elementType;
    private readonly Arithmetic arithmetic;

    public PoolKernels(MaxPool2dCall call)
    {
        shape = call.Shape;
        elementType = call.Input.ElementType;
        float[] columnMaxima = new float[shape.PaddedWidth];
        arithmetic = elementType == ElementType.Int8
            ? (windows, rowPitchBytes, _, output) => MaxPoolArithmetic.RowOfLevels(
                Levels(windows), rowPitchBytes, shape.KernelHeight, shape.KernelWidth, shape.StrideWidth, MemoryMarshal.Cast<byte, sbyte>(output))
            : (windows, rowPitchBytes, _, output) => MaxPoolArithmetic.Row(
                MemoryMarshal.Cast<byte, float>(windows),
                rowPitchBytes / sizeof(float),
                shape.KernelHeight,
                shape.KernelWidth,
                shape.StrideWidth,
                columnMaxima,
                MemoryMarshal.Cast<byte, float>(output));
    }

    public PoolKernels(AveragePool2dCall call)
    {
        shape = call.Shape;
        elementType = call.Input.ElementType;
        var average = new AveragePoolArithmetic(call);
        arithmetic = (windows, rowPitchBytes, row, output) => average.Row(Levels(windows), rowPitchBytes, row, MemoryMarshal.Cast<byte, sbyte>(output));
    }

    public ArithmeticEvents Compute(ProgramStep step)
    {
        KernelParameters parameters = step.Instruction.Parameters;
        switch (parameters.Kernel)
        {
            case ProgramKernel.FillLowest:
                FillLowest(step.Writes[0].ConsecutiveBytes());
                break;
            case ProgramKernel.PaddedCopy:
                step.Copy();
                break;
            case ProgramKernel.MaxPool or ProgramKernel.AveragePool:
                Pool(step.Reads[0], step.Writes[0], parameters.FirstRow);
                break;
            default:
                throw step.UnknownKernel("pooling");
        }

        return default;
    }

    private static ReadOnlySpan<sbyte> Levels(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, sbyte>(bytes);

    private void FillLowest(Span<byte> bytes)
    {
        if (elementType == ElementType.Int8)
        {
            MemoryMarshal.Cast<byte, sbyte>(bytes).Fill(MaxPoolArithmetic.LowestLevel);
        }
        else
        {
            MemoryMarshal.Cast<byte, float>(bytes).Fill(MaxPoolArithmetic.Lowest);
        }
    }

    private void Pool(in StridedRegion source, in StridedRegion destination, int firstRow)
    {
        for (int channel = 0; channel < destination.PlaneCount; channel++)
        {
            for (int row = 0; row < destination.RowCount; row++)
            {
                int sourceBytes = source.OffsetBytes + (channel * source.PlanePitchBytes) + (row * shape.StrideHeight * source.RowPitchBytes);
                int offsetBytes = destination.OffsetBytes + (channel * destination.PlanePitchBytes) + (row * destination.RowPitchBytes);
                arithmetic(source.Buffer.Bytes[sourceBytes..], source.RowPitchBytes, firstRow + row, destination.Buffer.Bytes.Slice(offsetBytes, destination.RowBytes));
            }
        }
    }
}
