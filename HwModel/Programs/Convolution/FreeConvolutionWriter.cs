using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Writes the program of a plan with a <see cref="TileSchedule"/>.</summary>
internal sealed class FreeConvolutionWriter : IConvolutionImageWriter
{
    /// <summary>Up to this shift the largest possible sum, 32767 * 2^shift, fits 24 bits, and with it every part of it.</summary>
    private const int LargestSafeAccumulatorShift = 8;

    /// <summary>Input, coefficients, biases or partial sums, output scales, and the output or partial sums.</summary>
    private const int MaximumOperands = 5;

    private readonly TileProgramBuilder builder;
    private readonly FreePlan plan;
    private readonly Conv2dShape shape;
    private readonly ConvolutionTensors tensors;
    private readonly TileSchedule schedule;
    private readonly IReadOnlyList<TileInstruction> steps;
    private readonly byte zeroPoint;
    private readonly string kernel;
    private readonly int[] inputs;
    private readonly int[] coefficients;
    private readonly int[] outputs;
    private readonly int[] biases;
    private readonly int[] outputScales;
    private readonly int? partialSums;

    /// <summary>Names the buffers.</summary>
    /// <exception cref="HardwareFaultException">Partial sums would not be exact on this machine.</exception>
    public FreeConvolutionWriter(TileProgramBuilder builder, ConvolutionRequest request, FreePlan plan, ConvolutionTensors tensors)
    {
        this.builder = builder;
        this.tensors = tensors;
        this.plan = plan;
        shape = plan.Shape;
        RequireExactSums(request);
        schedule = plan.Schedule;
        kernel = plan.Kernel;
        zeroPoint = unchecked((byte)request.Requantization.InputZeroPoint);
        steps = FreeTileProgram.Of(plan, tensors.OutputScales is not null, request.Machine.RingDepth);
        BankPlacement placement = plan.Placement;
        inputs = Buffers("input", BufferRole.Input, plan.InputBufferBytes, schedule.InputBufferCount, placement.InputPing, placement.InputPong);
        coefficients = Buffers(
            "coefficients", BufferRole.Coefficients, plan.CoefficientBufferBytes, schedule.CoefficientBufferCount, placement.Coefficients, schedule.SecondCoefficientBank);
        outputs = Buffers("output", BufferRole.Output, plan.OutputBufferBytes, 2, placement.OutputPing, placement.OutputPong);
        int parameterBuffers = schedule.KeepsAllBiases ? 1 : 2;
        biases = Buffers("bias", BufferRole.Bias, plan.BiasBufferBytes, parameterBuffers, placement.Bias, placement.Bias);
        outputScales = tensors.OutputScales is null
            ? []
            : Buffers("output scales", BufferRole.Scales, plan.OutputScaleBufferBytes, parameterBuffers, placement.OutputScales, placement.OutputScales);
        partialSums = plan.PassCount == 1
            ? null
            : builder.Buffer("partial sums", BufferRole.PartialSums, schedule.PartialSumBank, plan.PartialSumBufferBytes);
    }

    /// <inheritdoc/>
    public string? Write(int image)
    {
        foreach (TileInstruction step in steps)
        {
            Write(step, image);
        }

        return null;
    }

    private static void RequireExactSums(ConvolutionRequest request)
    {
        if (request.Plan.PassCount > 1
            && request.Machine.AccumulatorOverflow == AccumulatorOverflow.Saturate
            && request.Requantization.AccumulatorShift > LargestSafeAccumulatorShift)
        {
            throw new HardwareFaultException(
                $"{request.Plan.Shape.ConfigKey}: sums of parts of the input channels are exact where accumulators wrap; they saturate here, and an accumulator shift of {request.Requantization.AccumulatorShift} lets them leave 24 bits.");
        }
    }

    private int[] Buffers(string name, BufferRole role, int lengthBytes, int count, int firstBank, int secondBank)
    {
        int first = builder.Buffer(count == 1 ? name : name + " ping", role, firstBank, lengthBytes);
        return count == 1 ? [first] : [first, builder.Buffer(name + " pong", role, secondBank, lengthBytes)];
    }

    private void Write(in TileInstruction instruction, int image)
    {
        TileStep step = instruction.Step;
        TileBufferChoice buffers = instruction.Buffers;
        var tile = new TileCoordinates(image, step.ChannelTile, step.RowTile);
        switch (instruction.Operation)
        {
            case TileOperation.BeginTile:
                builder.Tile(tile);
                break;
            case TileOperation.LoadInput:
                LoadInput(instruction.Channel, step, tile, inputs[buffers.Input]);
                break;
            case TileOperation.ExtendEdges:
                EdgeExtension.Write(
                    builder, plan, plan.InputChannelsOf(step.ChannelTile, step.Pass).Count, inputs[buffers.Input], InputWindow.Of(plan, step.RowTile), zeroPoint);
                break;
            case TileOperation.LoadCoefficients:
                LoadCoefficients(instruction.Channel, step, tile, coefficients[buffers.Coefficients]);
                break;
            case TileOperation.LoadBiases:
                LoadParameters(instruction.Channel, InstructionPurpose.Bias, tensors.Biases, sizeof(int), biases[buffers.Bias], "biases n{0} c{1}", tile);
                break;
            case TileOperation.LoadOutputScales:
                LoadParameters(
                    instruction.Channel, InstructionPurpose.Scales, tensors.OutputScales!.Value, sizeof(ushort), outputScales[buffers.Bias], "output scales n{0} c{1}", tile);
                break;
            case TileOperation.Wait:
                builder.Wait(instruction.Channel, instruction.OutstandingCount);
                break;
            case TileOperation.StoreOutput:
                builder.Store(
                    instruction.Channel,
                    TileRegions.StoredOutput(plan, outputs[buffers.Output], tile),
                    tensors.OutputRows(plan, image, step.ChannelTile, step.RowTile),
                    TransferLabel.OfTile("output n{0} c{1} h{2}", tile));
                break;
            default:
                Compute(step, tile, buffers);
                break;
        }
    }

    private void LoadInput(int channel, TileStep step, TileCoordinates tile, int buffer)
    {
        InputWindow window = InputWindow.Of(plan, step.RowTile);
        (int firstChannel, int planes) = plan.InputChannelsOf(step.ChannelTile, step.Pass);
        int firstPlane = (tile.Image * shape.InChannels) + firstChannel;
        builder.Load(
            channel,
            InstructionPurpose.Input,
            tensors.InputRows(shape, firstPlane, planes, window),
            TileRegions.LoadedInput(plan, buffer, planes, window),
            TransferLabel.OfTile("input n{0} c{1} h{2} pass {3}", tile, step.Pass));
    }

    private void LoadCoefficients(int channel, TileStep step, TileCoordinates tile, int buffer)
    {
        int kernelPlane = shape.KernelHeight * shape.KernelWidth;
        int rowBytes = kernelPlane * (shape.Groups == 1 ? plan.InputChannelsInPass(step.Pass) : shape.GroupInChannels);
        int channels = plan.ChannelsInTile(step.ChannelTile);
        int offsetBytes = (step.ChannelTile * plan.ChannelsPerTile * shape.WeightsPerOutChannel) + (step.Pass * plan.InputChannelsPerPass * kernelPlane);
        bool isWhole = plan.PassCount == 1;
        builder.Load(
            channel,
            InstructionPurpose.Coefficients,
            isWhole
                ? ProgramRegion.Linear(tensors.Weights, offsetBytes, rowBytes * channels)
                : ProgramRegion.Rows(tensors.Weights, offsetBytes, rowBytes, channels, shape.WeightsPerOutChannel),
            isWhole ? ProgramRegion.Linear(buffer, 0, rowBytes * channels) : ProgramRegion.Rows(buffer, 0, rowBytes, channels, rowBytes),
            new TransferLabel("coefficients n{0} c{1} pass {2}", tile.Image, step.ChannelTile, step.Pass));
    }

    private void LoadParameters(int channel, InstructionPurpose purpose, int source, int elementBytes, int buffer, string pattern, TileCoordinates tile)
    {
        int firstChannel = schedule.KeepsAllBiases ? 0 : tile.ChannelTile * plan.ChannelsPerTile;
        int channels = schedule.KeepsAllBiases ? shape.OutChannels : plan.ChannelsInTile(tile.ChannelTile);
        builder.Load(
            channel,
            purpose,
            ProgramRegion.Linear(source, firstChannel * elementBytes, channels * elementBytes),
            ProgramRegion.Linear(buffer, 0, channels * elementBytes),
            new TransferLabel(pattern, tile.Image, tile.ChannelTile));
    }

    private void Compute(TileStep step, TileCoordinates tile, TileBufferChoice buffers)
    {
        int channels = plan.ChannelsInTile(step.ChannelTile);
        int inChannels = plan.InputChannelsOf(step.ChannelTile, step.Pass).Count;
        int summedChannels = shape.Groups == 1 ? inChannels : shape.GroupInChannels;
        int rows = plan.RowsInTile(step.RowTile);
        int firstParameter = schedule.KeepsAllBiases ? step.ChannelTile * plan.ChannelsPerTile : 0;
        bool starts = step.Pass == 0;
        bool completes = step.Pass == plan.PassCount - 1;
        Span<ProgramRegion> operands = stackalloc ProgramRegion[MaximumOperands];
        int count = 0;
        operands[count++] = TileRegions.ReadInput(plan, inputs[buffers.Input], inChannels, rows);
        operands[count++] = ProgramRegion.Linear(coefficients[buffers.Coefficients], 0, channels * summedChannels * shape.KernelHeight * shape.KernelWidth);
        var sums = ProgramRegion.Linear(partialSums ?? 0, 0, channels * rows * shape.OutWidth * sizeof(int));
        operands[count++] = starts ? ProgramRegion.Linear(biases[buffers.Bias], firstParameter * sizeof(int), channels * sizeof(int)) : sums;
        if (completes && outputScales.Length > 0)
        {
            operands[count++] = ProgramRegion.Linear(outputScales[buffers.Bias], firstParameter * sizeof(ushort), channels * sizeof(ushort));
        }

        operands[count] = completes ? TileRegions.ComputedOutput(plan, outputs[buffers.Output], channels, rows) : sums;
        builder.Compute(
            kernel, new KernelParameters(ProgramKernel.Convolution, rows, channels, inChannels, step.Pass), tile, operands[..count], operands.Slice(count, 1));
    }
}
