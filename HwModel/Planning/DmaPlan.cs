using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Planning;

/// <summary>A plan whose tiles move by DMA into local banks.</summary>
public abstract record DmaPlan : Conv2dTilePlan
{
    private protected DmaPlan()
    {
    }

    /// <summary>The bank of each buffer.</summary>
    public required BankPlacement Placement { get; init; }

    /// <summary>Local buffers take multiples of this.</summary>
    public int AllocationAlignmentBytes { get; init; } = DspConfiguration.PublishedAllocationAlignmentBytes;

    /// <inheritdoc/>
    public override ExecutionMode Mode => ExecutionMode.Dma;

    /// <inheritdoc/>
    public override string KernelName => Kernel + "_dma";

    /// <inheritdoc/>
    public override int InputRowsPerTile => ((RowsPerTile - 1) * Shape.StrideHeight) + Shape.WindowHeight;

    /// <inheritdoc/>
    public override int InputPlanePitchBytes => InputRowPitchBytes * InputRowsPerTile;

    /// <inheritdoc/>
    public sealed override IEnumerable<PlannedBuffer> Buffers(bool hasOutputScales) =>
        PossibleBuffers(hasOutputScales).Where(static buffer => buffer.LengthBytes > 0);

    /// <summary>One line for reports, such as <c>n16 x 4, R2 x 8, banks 0011111</c>.</summary>
    public override string ToString() => $"n{ChannelsPerTile} x {ChannelTileCount}, R{RowsPerTile} x {RowTileCount}, banks {Placement}";

    /// <summary>The order of tiles and the buffers of a plan that does not follow the published loops; null for one that does.</summary>
    private protected virtual TileSchedule? OwnSchedule => null;

    /// <summary>The seven buffers of a <see cref="BankPlacement"/> in its order, second coefficients and partial sums; what is not needed has no bytes.</summary>
    internal PlannedBuffer[] PossibleBuffers(bool hasOutputScales)
    {
        TileSchedule? schedule = OwnSchedule;
        int parameterBuffers = schedule is { KeepsAllBiases: false } ? 2 : 1;
        long inputBytes = (long)InputRowPitchBytes * InputRowsPerTile * InputChannelsPerPass;
        long coefficientBytes = (long)Shape.KernelWidth * Shape.KernelHeight * SummedChannelsPerPass * ChannelsPerTile;
        long outputBytes = (long)Shape.OutWidth * RowsPerTile * ChannelsPerTile;
        return
        [
            Buffer("input ping", Placement.InputPing, inputBytes, 1),
            Buffer("input pong", Placement.InputPong, inputBytes, schedule is { InputBufferCount: 1 } ? 0 : 1),
            Buffer("coefficients", Placement.Coefficients, coefficientBytes, 1),
            Buffer("output ping", Placement.OutputPing, outputBytes, 1),
            Buffer("output pong", Placement.OutputPong, outputBytes, 1),
            Buffer("biases", Placement.Bias, BiasBufferBytes, parameterBuffers),
            Buffer("output scales", Placement.OutputScales, OutputScaleBufferBytes, hasOutputScales ? parameterBuffers : 0),
            Buffer("second coefficients", schedule?.SecondCoefficientBank ?? 0, coefficientBytes, schedule is { CoefficientBufferCount: 2 } ? 1 : 0),
            Buffer("partial sums", schedule?.PartialSumBank ?? 0, PassCount == 1 ? 0 : sizeof(int) * outputBytes, 1),
        ];

        PlannedBuffer Buffer(string label, int bank, long lengthBytes, int count) =>
            new(label, bank, (lengthBytes + AllocationAlignmentBytes - 1) / AllocationAlignmentBytes * AllocationAlignmentBytes * count);
    }
}
