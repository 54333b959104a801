using System.Buffers.Binary;
using TileProof.HwModel.Executors;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;

namespace TileProof.HwModel.Execution;

/// <summary>The computations of a convolution call.</summary>
/// <param name="kernel">The integers that the kernel receives.</param>
/// <param name="host">The integers of the driver, whose correction follows the kernel.</param>
internal sealed class ConvolutionKernels(Requantization kernel, Requantization host) : IProgramKernels
{
    /// <inheritdoc/>
    public void Compute(DspMachine machine, in ComputeOperands operands)
    {
        switch (operands.Instruction.Parameters.Kernel)
        {
            case ProgramKernel.Convolution:
                Convolve(machine, operands);
                break;
            case ProgramKernel.PaddedCopy:
                Announce(machine, operands);
                StridedRegion source = operands.Reads[0];
                StridedBytes.Copy(source, operands.Writes[0], 0, source.RowCount * source.PlaneCount);
                break;
            case ProgramKernel.ResidualCorrection:
                Announce(machine, operands);
                CorrectResiduals(operands.Writes[0].Buffer.As<sbyte>(), operands.Instruction.Parameters.OutChannels, operands.Program.Plan.Shape);
                break;
            default:
                throw new InvalidOperationException($"A convolution has no kernel {operands.Instruction.Parameters.Kernel}.");
        }
    }

    private static void Announce(DspMachine machine, in ComputeOperands operands) =>
        machine.BeginCompute(new ComputeStep(operands.Instruction.Origin.Pattern, operands.Instruction.Tile, operands.Reads, operands.Writes));

    private void Convolve(DspMachine machine, in ComputeOperands operands)
    {
        KernelParameters parameters = operands.Instruction.Parameters;
        Conv2dShape shape = operands.Program.Plan.Shape;
        RequantizationStage requantization = RequantizationStage.Of(kernel, machine.PackBehavior());
        var step = new ConvolutionStep(
            operands.Program.Plan, operands.Instruction.Tile, parameters.Rows, parameters.OutChannels, operands.Reads, operands.Writes)
        {
            KernelShape = operands.Program.Plan.ShapeOfPass(parameters.Pass),
        };
        machine.BeginCompute(step);
        StridedRegion input = operands.Read(BufferRole.Input) ?? operands.Read(BufferRole.Scratch)!.Value;
        StridedRegion? output = operands.Written(BufferRole.Output);
        StridedRegion? continued = operands.Read(BufferRole.PartialSums);
        StridedRegion? left = operands.Written(BufferRole.PartialSums);
        Span<byte> tensorScale = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(tensorScale, kernel.OutputScales[0]);
        ArithmeticEvents events = VectorConvolution.Compute(new ConvolutionTile
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
            Stride = shape.Stride,
            OutChannels = parameters.OutChannels,
            OutRows = parameters.Rows,
            OutWidth = shape.OutWidth,
            Requantization = requantization,
            PartialSums = BytesOf(continued ?? left),
            ContinuesPartialSums = continued is not null,
            LeavesPartialSums = left is not null,
        });
        machine.EndCompute(step, events);
    }

    private void CorrectResiduals(Span<sbyte> output, int channels, Conv2dShape shape)
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
