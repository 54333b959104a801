using System.Buffers.Binary;
using System.Collections.Immutable;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Executors;

/// <summary>The buffers of one tiled convolution and the transfers and computations on them.</summary>
internal sealed class Conv2dTileRun
{
    private readonly DspMachine machine;
    private readonly Conv2dTilePlan plan;
    private readonly Conv2dOperands operands;
    private readonly int image;
    private readonly MemoryBuffer coefficients;
    private readonly MemoryBuffer biases;
    private readonly MemoryBuffer? outputScales;
    private MemoryBuffer outputPing;
    private MemoryBuffer outputPong;

    public Conv2dTileRun(DspMachine machine, Conv2dTilePlan plan, Conv2dOperands operands, int image, bool coefficientsFirst)
    {
        this.machine = machine;
        this.plan = plan;
        this.operands = operands;
        this.image = image;
        BankPlacement placement = plan.Placement;
        MemoryBuffer? early = coefficientsFirst ? AllocateCoefficients() : null;
        InputPing = machine.Allocate(placement.InputPing, "input ping", plan.InputBufferBytes);
        InputPong = machine.Allocate(placement.InputPong, "input pong", plan.InputBufferBytes);
        coefficients = early ?? AllocateCoefficients();
        outputPing = machine.Allocate(placement.OutputPing, "output ping", plan.OutputBufferBytes);
        outputPong = machine.Allocate(placement.OutputPong, "output pong", plan.OutputBufferBytes);
        biases = machine.Allocate(placement.Bias, "bias", plan.BiasBufferBytes);
        outputScales = operands.OutputScales is null
            ? null
            : machine.Allocate(placement.OutputScales, "output scales", plan.OutputScaleBufferBytes);

        MemoryBuffer AllocateCoefficients() => machine.Allocate(placement.Coefficients, "coefficients", plan.CoefficientBufferBytes);
    }

    /// <summary>The input buffer that is computed from now.</summary>
    public MemoryBuffer InputPing { get; private set; }

    /// <summary>The input buffer that is loaded for the next tile.</summary>
    public MemoryBuffer InputPong { get; private set; }

    /// <summary>The byte that padding reads.</summary>
    public byte ZeroPoint => unchecked((byte)operands.Requantization.InputZeroPoint);

    /// <summary>The integers that the kernel receives.</summary>
    public Requantization Requantization => operands.Requantization;

    /// <summary>The tile after this one, row tiles first; null after the last.</summary>
    public TileCoordinates? NextTile(TileCoordinates tile)
    {
        if (tile.RowTile + 1 < plan.RowTileCount)
        {
            return tile with { RowTile = tile.RowTile + 1 };
        }

        return tile.ChannelTile + 1 < plan.ChannelTileCount ? new TileCoordinates(image, tile.ChannelTile + 1, 0) : null;
    }

    public void LoadCoefficients(int channel, int channelTile)
    {
        int tileBytes = plan.CoefficientBufferBytes;
        int lengthBytes = plan.Shape.WeightsPerOutChannel * plan.ChannelsInTile(channelTile);
        machine.Dma.Issue(channel, DmaDescriptor.Create(
            StridedRegion.Linear(operands.Weights, tileBytes * channelTile, lengthBytes),
            StridedRegion.Linear(coefficients, 0, lengthBytes),
            new TransferLabel("coefficients n{0} c{1}", image, channelTile)));
    }

    public void LoadBiases(int channel) => machine.Dma.Issue(
        channel, DmaDescriptor.Create(operands.Biases.Whole(), biases.Whole(), new TransferLabel("biases n{0}", image)));

    public void LoadOutputScales(int channel)
    {
        if (operands.OutputScales is not null)
        {
            machine.Dma.Issue(channel, DmaDescriptor.Create(operands.OutputScales.Whole(), outputScales!.Whole(), new TransferLabel("output scales n{0}", image)));
        }
    }

    public void LoadInput(int channel, MemoryBuffer buffer, InputWindow window, TileCoordinates tile)
    {
        Conv2dShape shape = plan.Shape;
        if (window.RowCount == 0)
        {
            return;
        }

        int imagePlane = shape.InWidth * shape.InHeight;
        var source = new StridedRegion(
            operands.Input,
            (image * shape.InChannels * imagePlane) + (window.FirstImageRow * shape.InWidth),
            shape.InWidth,
            window.RowCount,
            shape.InWidth,
            shape.InChannels,
            imagePlane);
        var destination = new StridedRegion(
            buffer,
            (window.FirstTileRow * plan.InputRowPitchBytes) + shape.Padding,
            shape.InWidth,
            window.RowCount,
            plan.InputRowPitchBytes,
            shape.InChannels,
            plan.InputPlanePitchBytes);
        machine.Dma.Issue(channel, DmaDescriptor.Create(source, destination, TransferLabel.OfTile("input n{0} c{1} h{2}", tile)));
    }

    public void Compute(TileCoordinates tile, int computedRows)
    {
        Conv2dShape shape = plan.Shape;
        int channels = plan.ChannelsInTile(tile.ChannelTile);
        int firstChannel = tile.ChannelTile * plan.ChannelsPerTile;
        int outputRowBytes = shape.OutWidth;
        int outputPlaneBytes = outputRowBytes * plan.RowsPerTile;
        var biasRegion = StridedRegion.Linear(biases, firstChannel * sizeof(int), channels * sizeof(int));
        var coefficientRegion = StridedRegion.Linear(coefficients, 0, channels * shape.WeightsPerOutChannel);
        int inputRows = ((computedRows - 1) * shape.Stride) + shape.KernelHeight;
        var inputRegion = new StridedRegion(
            InputPing, 0, plan.InputRowPitchBytes, inputRows, plan.InputRowPitchBytes, shape.InChannels, plan.InputPlanePitchBytes);
        var outputRegion = new StridedRegion(outputPong, 0, outputRowBytes * computedRows, 1, outputPlaneBytes, channels, outputPlaneBytes);
        ImmutableArray<StridedRegion> reads = outputScales is null
            ? [inputRegion, coefficientRegion, biasRegion]
            : [inputRegion, coefficientRegion, biasRegion, StridedRegion.Linear(outputScales, firstChannel * sizeof(ushort), channels * sizeof(ushort))];

        RequantizationStage requantization = RequantizationStage.Of(Requantization, machine.PackBehavior());
        var step = new ConvolutionStep(plan, tile, computedRows, channels, reads, [outputRegion]);
        machine.BeginCompute(step);
        Span<byte> tensorScale = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(tensorScale, operands.Requantization.OutputScales[0]);
        ArithmeticEvents events = VectorConvolution.Compute(new ConvolutionTile
        {
            Input = InputPing.BytesFrom(0, (int)inputRegion.ExtentBytes),
            InputRowPitchBytes = plan.InputRowPitchBytes,
            InputPlanePitchBytes = plan.InputPlanePitchBytes,
            Coefficients = coefficients.BytesFrom(0, coefficientRegion.RowBytes),
            Biases = biases.BytesFrom(biasRegion.OffsetBytes, biasRegion.RowBytes),
            OutputScales = outputScales is null ? tensorScale : outputScales.Bytes.Slice(firstChannel * sizeof(ushort), channels * sizeof(ushort)),
            Output = outputPong.BytesFrom(0, (int)outputRegion.ExtentBytes),
            OutputPlanePitchBytes = outputPlaneBytes,
            InChannels = shape.InChannels,
            KernelHeight = shape.KernelHeight,
            KernelWidth = shape.KernelWidth,
            Stride = shape.Stride,
            OutChannels = channels,
            OutRows = computedRows,
            OutWidth = shape.OutWidth,
            Requantization = requantization,
        });
        machine.EndCompute(step, events);
    }

    public void StoreOutput(int channel, TileCoordinates tile)
    {
        Conv2dShape shape = plan.Shape;
        int channels = plan.ChannelsInTile(tile.ChannelTile);
        int rowBytes = shape.OutWidth * plan.RowsInTile(tile.RowTile);
        int imagePlane = shape.OutWidth * shape.OutHeight;
        int firstChannel = (image * shape.OutChannels) + (tile.ChannelTile * plan.ChannelsPerTile);
        machine.Dma.Issue(channel, DmaDescriptor.Create(
            StridedRegion.Rows(outputPong, 0, rowBytes, channels, shape.OutWidth * plan.RowsPerTile),
            StridedRegion.Rows(
                operands.Output, (firstChannel * imagePlane) + (tile.RowTile * plan.RowsPerTile * shape.OutWidth), rowBytes, channels, imagePlane),
            TransferLabel.OfTile("output n{0} c{1} h{2}", tile)));
    }

    /// <summary>The loaded input becomes the computed one; the output buffers take turns.</summary>
    public void SwapBuffers()
    {
        (InputPing, InputPong) = (InputPong, InputPing);
        (outputPing, outputPong) = (outputPong, outputPing);
    }
}
