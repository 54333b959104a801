using System.Buffers.Binary;
using TileProof.HwModel.HostSimd;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.HwModel.VectorCore;
using TileProof.Operators;
using TileProof.Operators.Requantizing;

namespace TileProof.HwModel.Execution;

/// <summary>The computations of a convolution call.</summary>
/// <param name="shape">The layer.</param>
/// <param name="kernel">The integers that the kernel receives.</param>
/// <param name="host">The integers of the driver, whose correction follows the kernel.</param>
/// <param name="packing">How the vector core narrows accumulators.</param>
internal sealed class ConvolutionKernels(Conv2dShape shape, Requantization kernel, Requantization host, PackBehavior packing) : IProgramKernels
{
    private RequantizationStage? stage;

    /// <inheritdoc/>
    public ArithmeticEvents Compute(in ComputeOperands operands)
    {
        switch (operands.Instruction.Parameters.Kernel)
        {
            case ProgramKernel.Convolution:
                return Convolve(operands);
            case ProgramKernel.PaddedCopy:
                operands.Copy();
                return default;
            case ProgramKernel.ResidualCorrection:
                CorrectResiduals(operands.Writes[0].Buffer.As<sbyte>(), operands.Instruction.Parameters.OutChannels);
                return default;
            default:
                throw operands.UnknownKernel("convolution");
        }
    }

    private ArithmeticEvents Convolve(in ComputeOperands operands)
    {
        KernelParameters parameters = operands.Instruction.Parameters;
        StridedRegion input = operands.Read(BufferRole.Input) ?? operands.Read(BufferRole.Scratch)!.Value;
        StridedRegion? output = operands.Written(BufferRole.Output);
        StridedRegion? continued = operands.Read(BufferRole.PartialSums);
        StridedRegion? left = operands.Written(BufferRole.PartialSums);
        Span<byte> tensorScale = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(tensorScale, kernel.OutputScales[0]);
        return VectorConvolution.Compute(new ConvolutionTile
        {
            Input = BytesOf(input),
            InputRowPitchBytes = input.RowPitchBytes,
            InputPlanePitchBytes = input.PlanePitchBytes,
            Coefficients = BytesOf(operands.Read(BufferRole.Coefficients)),
            Biases = BytesOf(operands.Read(BufferRole.Bias)),
            OutputScales = operands.Read(BufferRole.Scales) is { } scales ? BytesOf(scales) : tensorScale,
            Output = BytesOf(output),
            OutputPlanePitchBytes = output?.PlanePitchBytes ?? 0,
            InChannels = parameters.InChannels,
            KernelHeight = shape.KernelHeight,
            KernelWidth = shape.KernelWidth,
            Stride = shape.StrideWidth,
            StrideHeight = shape.StrideHeight,
            DilationHeight = shape.DilationHeight,
            DilationWidth = shape.DilationWidth,
            Groups = shape.Groups == 1 ? 1 : parameters.InChannels / shape.GroupInChannels,
            OutChannels = parameters.OutChannels,
            OutRows = parameters.Rows,
            OutWidth = shape.OutWidth,
            Requantization = stage ??= RequantizationStage.Of(kernel, packing),
            PartialSums = BytesOf(continued ?? left),
            ContinuesPartialSums = continued is not null,
            LeavesPartialSums = left is not null,
        });
    }

    private void CorrectResiduals(Span<sbyte> output, int channels)
    {
        int planeElements = shape.OutHeight * shape.OutWidth;
        for (int plane = 0; plane < output.Length / planeElements; plane++)
        {
            long correction = host.PostCorrectionOf(plane % channels);
            foreach (ref sbyte element in output.Slice(plane * planeElements, planeElements))
            {
                element = (sbyte)Math.Clamp(element + correction, sbyte.MinValue, sbyte.MaxValue);
            }
        }
    }

    /// <summary>From the first to the last byte of a region, also those behind its buffer that a published program touches.</summary>
    private static Span<byte> BytesOf(StridedRegion? region) => region is { } bytes ? bytes.Buffer.BytesFrom(bytes.OffsetBytes, (int)bytes.ExtentBytes) : [];
}
