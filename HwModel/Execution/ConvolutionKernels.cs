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

    public ArithmeticEvents Compute(ProgramStep step)
    {
        switch (step.Instruction.Parameters.Kernel)
        {
            case ProgramKernel.Convolution:
                return Convolve(step);
            case ProgramKernel.PaddedCopy:
                step.Copy();
                return default;
            case ProgramKernel.ResidualCorrection:
                CorrectResiduals(step.Writes[0].Buffer.As<sbyte>(), step.Instruction.Parameters.OutChannels);
                return default;
            default:
                throw step.UnknownKernel("convolution");
        }
    }

    private ArithmeticEvents Convolve(ProgramStep step)
    {
        KernelParameters parameters = step.Instruction.Parameters;
        StridedRegion input = step.Read(BufferRole.Input) ?? step.Read(BufferRole.Scratch)!.Value;
        StridedRegion? output = step.Written(BufferRole.Output);
        StridedRegion? continued = step.Read(BufferRole.PartialSums);
        StridedRegion? left = step.Written(BufferRole.PartialSums);
        Span<byte> tensorScale = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(tensorScale, kernel.OutputScales[0]);
        return VectorConvolution.Compute(new ConvolutionTile
        {
            Input = BytesOf(input),
            InputRowPitchBytes = input.RowPitchBytes,
            InputPlanePitchBytes = input.PlanePitchBytes,
            Coefficients = BytesOf(step.Read(BufferRole.Coefficients)),
            Biases = BytesOf(step.Read(BufferRole.Bias)),
            OutputScales = step.Read(BufferRole.Scales) is { } scales ? BytesOf(scales) : tensorScale,
            Output = BytesOf(output),
            OutputPlanePitchBytes = output?.PlanePitchBytes ?? 0,
            InChannels = parameters.InChannels,
            KernelHeight = shape.KernelHeight,
            KernelWidth = shape.KernelWidth,
            Stride = shape.StrideWidth,
            StrideHeight = shape.StrideHeight,
            DilationHeight = shape.DilationHeight,
            DilationWidth = shape.DilationWidth,
            Groups = parameters.GroupsOf(shape),
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
