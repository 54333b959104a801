using System.Buffers.Binary;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>Runs the program of a plan with a <see cref="TileSchedule"/> on the machine, for one image of a batch.</summary>
internal sealed class FreeConv2dExecutor
{
    /// <summary>Up to this shift the largest possible sum, 32767 * 2^shift, fits 24 bits, and with it every part of it.</summary>
    private const int LargestSafeAccumulatorShift = 8;

    private readonly DspMachine machine;
    private readonly Conv2dTilePlan plan;
    private readonly Conv2dOperands operands;
    private readonly int image;
    private readonly TileSchedule schedule;
    private readonly MemoryBuffer[] inputs;
    private readonly MemoryBuffer[] coefficients;
    private readonly MemoryBuffer[] outputs;
    private readonly MemoryBuffer[] biases;
    private readonly MemoryBuffer[] outputScales;
    private readonly MemoryBuffer? partialSums;

    private FreeConv2dExecutor(DspMachine machine, Conv2dTilePlan plan, Conv2dOperands operands, int image)
    {
        this.machine = machine;
        this.plan = plan;
        this.operands = operands;
        this.image = image;
        schedule = plan.Schedule!;
        BankPlacement placement = plan.Placement;
        inputs = Allocate("input", plan.InputBufferBytes, schedule.InputBufferCount, placement.InputPing, placement.InputPong);
        coefficients = Allocate("coefficients", plan.CoefficientBufferBytes, schedule.CoefficientBufferCount, placement.Coefficients, schedule.SecondCoefficientBank);
        outputs = Allocate("output", plan.OutputBufferBytes, 2, placement.OutputPing, placement.OutputPong);
        int parameterBuffers = schedule.KeepsAllBiases ? 1 : 2;
        biases = Allocate("bias", plan.BiasBufferBytes, parameterBuffers, placement.Bias, placement.Bias);
        outputScales = operands.OutputScales is null
            ? []
            : Allocate("output scales", plan.OutputScaleBufferBytes, parameterBuffers, placement.OutputScales, placement.OutputScales);
        partialSums = plan.PassCount == 1 ? null : machine.Allocate(schedule.PartialSumBank, "partial sums", plan.PartialSumBufferBytes);
    }

    /// <summary>Runs one image.</summary>
    /// <exception cref="HardwareFaultException">The buffers do not fit, or partial sums would not be exact on this machine.</exception>
    public static void Run(DspMachine machine, Conv2dTilePlan plan, Conv2dOperands operands, int image)
    {
        if (plan.PassCount > 1
            && machine.Configuration.AccumulatorOverflow == AccumulatorOverflow.Saturate
            && operands.Requantization.AccumulatorShift > LargestSafeAccumulatorShift)
        {
            throw new HardwareFaultException(
                $"{plan.Shape.ConfigKey}: sums of parts of the input channels are exact where accumulators wrap; they saturate here, and an accumulator shift of {operands.Requantization.AccumulatorShift} lets them leave 24 bits.");
        }

        var executor = new FreeConv2dExecutor(machine, plan, operands, image);
        foreach (TileInstruction instruction in FreeTileProgram.Of(plan, operands.OutputScales is not null, machine.Configuration.RingDepth))
        {
            executor.Execute(instruction);
        }
    }

    private MemoryBuffer[] Allocate(string label, int lengthBytes, int count, int firstBank, int secondBank)
    {
        MemoryBuffer first = machine.Allocate(firstBank, count == 1 ? label : label + " ping", lengthBytes);
        return count == 1 ? [first] : [first, machine.Allocate(secondBank, label + " pong", lengthBytes)];
    }

    private void Execute(in TileInstruction instruction)
    {
        TileStep step = instruction.Step;
        switch (instruction.Operation)
        {
            case TileOperation.BeginTile:
                machine.BeginTile(CoordinatesOf(step));
                break;
            case TileOperation.LoadInput:
                machine.Dma.Issue(instruction.Channel, InputDescriptor(step, inputs[instruction.Buffers.Input]));
                break;
            case TileOperation.ExtendEdges:
                EdgeExtension.Apply(
                    machine, plan, plan.InputChannelsInPass(step.Pass), inputs[instruction.Buffers.Input], InputWindow.Of(plan, step.RowTile), ZeroPoint);
                break;
            case TileOperation.LoadCoefficients:
                machine.Dma.Issue(instruction.Channel, CoefficientDescriptor(step, coefficients[instruction.Buffers.Coefficients]));
                break;
            case TileOperation.LoadBiases:
                machine.Dma.Issue(instruction.Channel, ParameterDescriptor(step, operands.Biases, sizeof(int), biases[instruction.Buffers.Bias], "biases n{0} c{1}"));
                break;
            case TileOperation.LoadOutputScales:
                machine.Dma.Issue(
                    instruction.Channel, ParameterDescriptor(step, operands.OutputScales!, sizeof(ushort), outputScales[instruction.Buffers.Bias], "output scales n{0} c{1}"));
                break;
            case TileOperation.Wait:
                machine.Dma.WaitUntilOutstanding(instruction.Channel, instruction.OutstandingCount);
                break;
            case TileOperation.StoreOutput:
                machine.Dma.Issue(instruction.Channel, OutputDescriptor(step, outputs[instruction.Buffers.Output]));
                break;
            default:
                Compute(step, instruction.Buffers);
                break;
        }
    }

    private byte ZeroPoint => unchecked((byte)operands.Requantization.InputZeroPoint);

    private TileCoordinates CoordinatesOf(TileStep step) => new(image, step.ChannelTile, step.RowTile);

    private DmaDescriptor InputDescriptor(TileStep step, MemoryBuffer buffer)
    {
        Conv2dShape shape = plan.Shape;
        InputWindow window = InputWindow.Of(plan, step.RowTile);
        int imagePlane = shape.InWidth * shape.InHeight;
        int firstPlane = (image * shape.InChannels) + (step.Pass * plan.InputChannelsPerPass);
        int planes = plan.InputChannelsInPass(step.Pass);
        return DmaDescriptor.Create(
            new StridedRegion(
                operands.Input, (firstPlane * imagePlane) + (window.FirstImageRow * shape.InWidth), shape.InWidth, window.RowCount, shape.InWidth, planes, imagePlane),
            new StridedRegion(
                buffer,
                (window.FirstTileRow * plan.InputRowPitchBytes) + shape.Padding,
                shape.InWidth,
                window.RowCount,
                plan.InputRowPitchBytes,
                planes,
                plan.InputPlanePitchBytes),
            TransferLabel.OfTile("input n{0} c{1} h{2} pass {3}", CoordinatesOf(step), step.Pass));
    }

    private DmaDescriptor CoefficientDescriptor(TileStep step, MemoryBuffer buffer)
    {
        Conv2dShape shape = plan.Shape;
        int kernelPlane = shape.KernelHeight * shape.KernelWidth;
        int rowBytes = kernelPlane * plan.InputChannelsInPass(step.Pass);
        int channels = plan.ChannelsInTile(step.ChannelTile);
        int offsetBytes = (step.ChannelTile * plan.ChannelsPerTile * shape.WeightsPerOutChannel) + (step.Pass * plan.InputChannelsPerPass * kernelPlane);
        var label = new TransferLabel("coefficients n{0} c{1} pass {2}", image, step.ChannelTile, step.Pass);
        return plan.PassCount == 1
            ? DmaDescriptor.Create(
                StridedRegion.Linear(operands.Weights, offsetBytes, rowBytes * channels), StridedRegion.Linear(buffer, 0, rowBytes * channels), label)
            : DmaDescriptor.Create(
                StridedRegion.Rows(operands.Weights, offsetBytes, rowBytes, channels, shape.WeightsPerOutChannel),
                StridedRegion.Rows(buffer, 0, rowBytes, channels, rowBytes),
                label);
    }

    private DmaDescriptor ParameterDescriptor(TileStep step, MemoryBuffer source, int elementBytes, MemoryBuffer buffer, string pattern)
    {
        int firstChannel = schedule.KeepsAllBiases ? 0 : step.ChannelTile * plan.ChannelsPerTile;
        int channels = schedule.KeepsAllBiases ? plan.Shape.OutChannels : plan.ChannelsInTile(step.ChannelTile);
        return DmaDescriptor.Create(
            StridedRegion.Linear(source, firstChannel * elementBytes, channels * elementBytes),
            StridedRegion.Linear(buffer, 0, channels * elementBytes),
            new TransferLabel(pattern, image, step.ChannelTile));
    }

    private DmaDescriptor OutputDescriptor(TileStep step, MemoryBuffer buffer)
    {
        Conv2dShape shape = plan.Shape;
        int channels = plan.ChannelsInTile(step.ChannelTile);
        int rowBytes = shape.OutWidth * plan.RowsInTile(step.RowTile);
        int imagePlane = shape.OutWidth * shape.OutHeight;
        int firstChannel = (image * shape.OutChannels) + (step.ChannelTile * plan.ChannelsPerTile);
        return DmaDescriptor.Create(
            StridedRegion.Rows(buffer, 0, rowBytes, channels, shape.OutWidth * plan.RowsPerTile),
            StridedRegion.Rows(
                operands.Output, (firstChannel * imagePlane) + (step.RowTile * plan.RowsPerTile * shape.OutWidth), rowBytes, channels, imagePlane),
            TransferLabel.OfTile("output n{0} c{1} h{2}", CoordinatesOf(step)));
    }

    private void Compute(TileStep step, TileBufferChoice buffers)
    {
        Conv2dShape shape = plan.Shape;
        int channels = plan.ChannelsInTile(step.ChannelTile);
        int inChannels = plan.InputChannelsInPass(step.Pass);
        int rows = plan.RowsInTile(step.RowTile);
        int firstParameter = schedule.KeepsAllBiases ? step.ChannelTile * plan.ChannelsPerTile : 0;
        int outputPlaneBytes = shape.OutWidth * plan.RowsPerTile;
        int inputRows = ((rows - 1) * shape.Stride) + shape.KernelHeight;
        bool starts = step.Pass == 0;
        bool completes = step.Pass == plan.PassCount - 1;
        var input = new StridedRegion(
            inputs[buffers.Input], 0, plan.InputRowPitchBytes, inputRows, plan.InputRowPitchBytes, inChannels, plan.InputPlanePitchBytes);
        var coefficientRegion = StridedRegion.Linear(
            coefficients[buffers.Coefficients], 0, channels * inChannels * shape.KernelHeight * shape.KernelWidth);
        var bias = StridedRegion.Linear(biases[buffers.Bias], firstParameter * sizeof(int), channels * sizeof(int));
        var output = new StridedRegion(outputs[buffers.Output], 0, shape.OutWidth * rows, 1, outputPlaneBytes, channels, outputPlaneBytes);
        List<StridedRegion> reads = [input, coefficientRegion];
        List<StridedRegion> writes = [];
        if (partialSums is not null)
        {
            var sums = StridedRegion.Linear(partialSums, 0, channels * rows * shape.OutWidth * sizeof(int));
            AddWhen(!starts, reads, sums);
            AddWhen(!completes, writes, sums);
        }

        AddWhen(starts, reads, bias);
        AddWhen(completes, writes, output);
        Span<byte> scales = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(scales, operands.Requantization.OutputScales[0]);
        if (outputScales.Length > 0)
        {
            var scaleRegion = StridedRegion.Linear(outputScales[buffers.Bias], firstParameter * sizeof(ushort), channels * sizeof(ushort));
            AddWhen(completes, reads, scaleRegion);
            scales = scaleRegion.Buffer.Bytes.Slice(scaleRegion.OffsetBytes, scaleRegion.RowBytes);
        }

        var compute = new ConvolutionStep(plan, CoordinatesOf(step), rows, channels, [.. reads], [.. writes]) { KernelShape = plan.ShapeOfPass(step.Pass) };
        machine.BeginCompute(compute);
        ArithmeticEvents events = VectorConvolution.Compute(new ConvolutionTile
        {
            Input = input.Buffer.Bytes,
            InputRowPitchBytes = plan.InputRowPitchBytes,
            InputPlanePitchBytes = plan.InputPlanePitchBytes,
            Coefficients = coefficientRegion.Buffer.Bytes[..coefficientRegion.RowBytes],
            Biases = bias.Buffer.Bytes.Slice(bias.OffsetBytes, bias.RowBytes),
            OutputScales = scales,
            Output = output.Buffer.Bytes,
            OutputPlanePitchBytes = outputPlaneBytes,
            InChannels = inChannels,
            KernelHeight = shape.KernelHeight,
            KernelWidth = shape.KernelWidth,
            Stride = shape.Stride,
            OutChannels = channels,
            OutRows = rows,
            OutWidth = shape.OutWidth,
            Requantization = RequantizationStage.Of(operands.Requantization, machine.PackBehavior()),
            PartialSums = partialSums is null ? [] : partialSums.Bytes,
            ContinuesPartialSums = !starts,
            LeavesPartialSums = !completes,
        });
        machine.EndCompute(compute, events);
    }

    private static void AddWhen(bool condition, List<StridedRegion> regions, in StridedRegion region)
    {
        if (condition)
        {
            regions.Add(region);
        }
    }
}
