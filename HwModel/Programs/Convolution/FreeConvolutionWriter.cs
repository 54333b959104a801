using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Writes the program of a plan with a <see cref="TileSchedule"/>: loads, waits, kernel calls and stores in order.</summary>
/// <remarks>
/// Every transfer is waited for before its bytes are used or its buffer is used again, and before a channel would hold more descriptors
/// than its ring. Channel 1 carries input tiles; channel 0 carries coefficients, biases, scales and output tiles.
/// </remarks>
internal sealed class FreeConvolutionWriter : IConvolutionImageWriter
{
    private const int LoadChannel = 1;
    private const int StoreChannel = 0;

    /// <summary>Up to this shift the largest possible sum, 32767 * 2^shift, fits 24 bits, and with it every part of it.</summary>
    private const int LargestSafeAccumulatorShift = 8;

    /// <summary>Input, coefficients, biases or partial sums, output scales, and the output or partial sums.</summary>
    private const int MaximumOperands = 5;

    private readonly TileProgramBuilder builder;
    private readonly FreePlan plan;
    private readonly Conv2dShape shape;
    private readonly ConvolutionTensors tensors;
    private readonly TileSchedule schedule;
    private readonly TransferTickets tickets;
    private readonly byte zeroPoint;
    private readonly string kernel;
    private readonly int[] inputs;
    private readonly int[] coefficients;
    private readonly int[] outputs;
    private readonly int[] biases;
    private readonly int[] outputScales;
    private readonly int? partialSums;

    // The number of the transfer, on its channel, that last touched each buffer.
    private readonly int[] inputTickets = new int[2];
    private readonly int[] coefficientTickets = new int[2];
    private readonly int[] biasTickets = new int[2];
    private readonly int[] outputTickets = new int[2];
    private readonly bool[] isExtended = new bool[2];
    private BufferChoice current;
    private int image;

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
        tickets = new TransferTickets(builder, request.Machine.RingDepth);
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

    public string? Write(int image)
    {
        this.image = image;
        current = default;
        TileStep? previous = null;
        foreach (TileStep step in Steps())
        {
            if (previous is { } done)
            {
                WriteStep(done, step);
            }
            else
            {
                LoadCoefficients(step, 0);
                LoadBiases(step, 0);
                LoadInput(step, 0);
            }

            previous = step;
        }

        WriteStep(previous!.Value, null);
        tickets.AwaitAll(StoreChannel);
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

    /// <summary>The kernel calls in order.</summary>
    private IEnumerable<TileStep> Steps()
    {
        bool rowsOuter = schedule.Order == LoopOrder.RowsOuter;
        int outerCount = rowsOuter ? plan.RowTileCount : plan.ChannelTileCount;
        int innerCount = rowsOuter ? plan.ChannelTileCount : plan.RowTileCount;
        for (int outer = 0; outer < outerCount; outer++)
        {
            for (int inner = 0; inner < innerCount; inner++)
            {
                for (int pass = 0; pass < plan.PassCount; pass++)
                {
                    yield return rowsOuter ? new TileStep(inner, outer, pass) : new TileStep(outer, inner, pass);
                }
            }
        }
    }

    /// <summary>One kernel call, with the loads for the next one around it.</summary>
    private void WriteStep(TileStep step, TileStep? next)
    {
        bool needsInput = next is { } following && !SharesInput(following, step);
        bool needsCoefficients = next is { } && !next.Value.SharesCoefficientsWith(step);
        bool needsBiases = next is { } && !schedule.KeepsAllBiases && next.Value.ChannelTile != step.ChannelTile;
        int nextInput = needsInput && schedule.InputBufferCount == 2 ? 1 - current.Input : current.Input;
        int nextCoefficients = needsCoefficients && schedule.CoefficientBufferCount == 2 ? 1 - current.Coefficients : current.Coefficients;
        int nextBias = needsBiases ? 1 - current.Bias : current.Bias;
        builder.Tile(TileOf(step));
        tickets.Await(LoadChannel, inputTickets[current.Input]);
        if (needsInput && schedule.InputBufferCount == 2)
        {
            LoadInput(next!.Value, nextInput);
        }

        ExtendEdgesOnce(step);
        tickets.Await(StoreChannel, Math.Max(coefficientTickets[current.Coefficients], biasTickets[current.Bias]));
        if (schedule.CoefficientBufferCount == 2)
        {
            LoadParameters();
        }

        bool completes = step.Pass == plan.PassCount - 1;
        if (completes)
        {
            tickets.Await(StoreChannel, outputTickets[current.Output]);
        }

        Compute(step);
        if (schedule.CoefficientBufferCount == 1)
        {
            LoadParameters();
        }

        if (completes)
        {
            StoreOutput(step);
        }

        if (needsInput && schedule.InputBufferCount == 1)
        {
            LoadInput(next!.Value, nextInput);
        }

        current = new BufferChoice(nextInput, nextCoefficients, nextBias, completes ? 1 - current.Output : current.Output);

        void LoadParameters()
        {
            if (needsCoefficients)
            {
                LoadCoefficients(next!.Value, nextCoefficients);
            }

            if (needsBiases)
            {
                LoadBiases(next!.Value, nextBias);
            }
        }
    }

    /// <summary>Whether two steps read the same input tile: where there are groups, output channels decide which input channels that are.</summary>
    private bool SharesInput(TileStep left, TileStep right) =>
        left.RowTile == right.RowTile && left.Pass == right.Pass && (shape.Groups == 1 || left.ChannelTile == right.ChannelTile);

    private TileCoordinates TileOf(TileStep step) => new(image, step.ChannelTile, step.RowTile);

    private void LoadInput(TileStep step, int buffer)
    {
        isExtended[buffer] = false;
        InputWindow window = InputWindow.Of(plan, step.RowTile);
        if (window.RowCount == 0)
        {
            // A tile that lies in the padding as a whole loads nothing; its edges are still written.
            return;
        }

        (int firstChannel, int planes) = plan.InputChannelsOf(step.ChannelTile, step.Pass);
        inputTickets[buffer] = tickets.Next(LoadChannel);
        builder.Load(
            LoadChannel,
            InstructionPurpose.Input,
            tensors.InputRows(shape, (image * shape.InChannels) + firstChannel, planes, window),
            TileRegions.LoadedInput(plan, inputs[buffer], planes, window),
            TransferLabel.OfTile("input n{0} c{1} h{2} pass {3}", TileOf(step), step.Pass));
    }

    private void ExtendEdgesOnce(TileStep step)
    {
        if (shape.IsPadded && !isExtended[current.Input])
        {
            EdgeExtension.Write(builder, plan, plan.InputChannelsOf(step.ChannelTile, step.Pass).Count, inputs[current.Input], InputWindow.Of(plan, step.RowTile), zeroPoint);
            isExtended[current.Input] = true;
        }
    }

    private void LoadCoefficients(TileStep step, int buffer)
    {
        int kernelPlane = shape.KernelHeight * shape.KernelWidth;
        int rowBytes = kernelPlane * (shape.Groups == 1 ? plan.InputChannelsInPass(step.Pass) : shape.GroupInChannels);
        int channels = plan.ChannelsInTile(step.ChannelTile);
        int offsetBytes = (step.ChannelTile * plan.ChannelsPerTile * shape.WeightsPerOutChannel) + (step.Pass * plan.InputChannelsPerPass * kernelPlane);
        bool isWhole = plan.PassCount == 1;
        coefficientTickets[buffer] = tickets.Next(StoreChannel);
        builder.Load(
            StoreChannel,
            InstructionPurpose.Coefficients,
            isWhole
                ? ProgramRegion.Linear(tensors.Weights, offsetBytes, rowBytes * channels)
                : ProgramRegion.Rows(tensors.Weights, offsetBytes, rowBytes, channels, shape.WeightsPerOutChannel),
            isWhole ? ProgramRegion.Linear(coefficients[buffer], 0, rowBytes * channels) : ProgramRegion.Rows(coefficients[buffer], 0, rowBytes, channels, rowBytes),
            new TransferLabel("coefficients n{0} c{1} pass {2}", image, step.ChannelTile, step.Pass));
    }

    private void LoadBiases(TileStep step, int buffer)
    {
        LoadParameters(InstructionPurpose.Bias, tensors.Biases, sizeof(int), biases, "biases n{0} c{1}");
        if (tensors.OutputScales is { } scales)
        {
            LoadParameters(InstructionPurpose.Scales, scales, sizeof(ushort), outputScales, "output scales n{0} c{1}");
        }

        void LoadParameters(InstructionPurpose purpose, int source, int elementBytes, int[] buffers, string pattern)
        {
            int firstChannel = schedule.KeepsAllBiases ? 0 : step.ChannelTile * plan.ChannelsPerTile;
            int channels = schedule.KeepsAllBiases ? shape.OutChannels : plan.ChannelsInTile(step.ChannelTile);
            biasTickets[buffer] = tickets.Next(StoreChannel);
            builder.Load(
                StoreChannel,
                purpose,
                ProgramRegion.Linear(source, firstChannel * elementBytes, channels * elementBytes),
                ProgramRegion.Linear(buffers[buffer], 0, channels * elementBytes),
                new TransferLabel(pattern, image, step.ChannelTile));
        }
    }

    private void StoreOutput(TileStep step)
    {
        outputTickets[current.Output] = tickets.Next(StoreChannel);
        builder.Store(
            StoreChannel,
            TileRegions.StoredOutput(plan, outputs[current.Output], TileOf(step)),
            tensors.OutputRows(plan, image, step.ChannelTile, step.RowTile),
            TransferLabel.OfTile("output n{0} c{1} h{2}", TileOf(step)));
    }

    private void Compute(TileStep step)
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
        operands[count++] = TileRegions.ReadInput(plan, inputs[current.Input], inChannels, rows);
        operands[count++] = ProgramRegion.Linear(coefficients[current.Coefficients], 0, channels * summedChannels * shape.KernelHeight * shape.KernelWidth);
        var sums = ProgramRegion.Linear(partialSums ?? 0, 0, channels * rows * shape.OutWidth * sizeof(int));
        operands[count++] = starts ? ProgramRegion.Linear(biases[current.Bias], firstParameter * sizeof(int), channels * sizeof(int)) : sums;
        if (completes && outputScales.Length > 0)
        {
            operands[count++] = ProgramRegion.Linear(outputScales[current.Bias], firstParameter * sizeof(ushort), channels * sizeof(ushort));
        }

        operands[count] = completes ? TileRegions.ComputedOutput(plan, outputs[current.Output], channels, rows) : sums;
        builder.Compute(
            kernel, new KernelParameters(ProgramKernel.Convolution, rows, channels, inChannels, step.Pass), TileOf(step), operands[..count], operands.Slice(count, 1));
    }

    /// <summary>Which buffer of each kind the current step uses, 0 or 1.</summary>
    private readonly record struct BufferChoice(int Input, int Coefficients, int Bias, int Output);
}
