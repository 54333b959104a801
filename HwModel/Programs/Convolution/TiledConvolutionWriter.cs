using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>The tiled loop that the convolution kernels share: input tiles by DMA in ping-pong, outputs stored behind the computation.</summary>
/// <remarks>
/// Operator contract, section 1b.4. The corrected policy has every wait that correctness needs: before a tile is computed, its
/// input and its coefficients have arrived and the output buffer it writes has been stored. Channel 1 carries input tiles;
/// channel 0 carries coefficients, biases and output tiles.
/// </remarks>
internal sealed class TiledConvolutionWriter : IConvolutionImageWriter
{
    private const int LoadChannel = 1;
    private const int StoreChannel = 0;

    private readonly TileProgramBuilder builder;
    private readonly TiledPlan plan;
    private readonly Conv2dShape shape;
    private readonly ConvolutionTensors tensors;
    private readonly ConvolutionPolicy policy;
    private readonly string? refusal;
    private readonly byte zeroPoint;
    private readonly int[] inputs = new int[2];
    private readonly int[] outputs = new int[2];
    private readonly int[] coefficients = new int[2];
    private readonly string kernel;
    private readonly int biases;
    private readonly int? outputScales;

    public TiledConvolutionWriter(TileProgramBuilder builder, ConvolutionRequest request, TiledPlan plan, ConvolutionTensors tensors, ConvolutionPolicy policy)
    {
        this.builder = builder;
        this.tensors = tensors;
        this.policy = policy;
        this.plan = plan;
        shape = plan.Shape;
        kernel = plan.Kernel;
        refusal = PackShifts.Refusal(request.Requantization);
        zeroPoint = unchecked((byte)request.Requantization.InputZeroPoint);
        BankPlacement placement = plan.Placement;
        bool coefficientsFirst = shape.KernelHeight == 3 && policy.Allocates3x3CoefficientsFirst;
        int early = coefficientsFirst ? Coefficients() : 0;
        inputs[0] = builder.Buffer("input ping", BufferRole.Input, placement.InputPing, plan.InputBufferBytes);
        inputs[1] = builder.Buffer("input pong", BufferRole.Input, placement.InputPong, plan.InputBufferBytes);
        coefficients[0] = coefficientsFirst ? early : Coefficients();
        coefficients[1] = policy.DoubleBuffersCoefficients ? builder.Buffer("coefficients pong", BufferRole.Coefficients, placement.Coefficients, plan.CoefficientBufferBytes) : coefficients[0];
        outputs[0] = builder.Buffer("output ping", BufferRole.Output, placement.OutputPing, plan.OutputBufferBytes);
        outputs[1] = builder.Buffer("output pong", BufferRole.Output, placement.OutputPong, plan.OutputBufferBytes);
        biases = builder.Buffer("bias", BufferRole.Bias, placement.Bias, plan.BiasBufferBytes);
        outputScales = tensors.OutputScales is null
            ? null
            : builder.Buffer("output scales", BufferRole.Scales, placement.OutputScales, plan.OutputScaleBufferBytes);

        int Coefficients() => builder.Buffer("coefficients", BufferRole.Coefficients, placement.Coefficients, plan.CoefficientBufferBytes);
    }

    public string? Write(int image)
    {
        LoadCoefficients(image, channelTile: 0);
        builder.Load(StoreChannel, InstructionPurpose.Bias, builder.Whole(tensors.Biases), builder.Whole(biases), new TransferLabel("biases n{0}", image));
        LoadInput(inputs[0], policy.FirstWindow(plan), new TileCoordinates(image, 0, 0));
        builder.Wait(StoreChannel);
        LoadOutputScales(image);
        int tileCount = plan.ChannelTileCount * plan.RowTileCount;
        for (int number = 0; number < tileCount; number++)
        {
            if (!policy.StopsOnError && refusal is not null)
            {
                WriteLoads(number, TileOf(image, number));
                return refusal;
            }

            WriteTile(number, TileOf(image, number));
        }

        builder.Wait(StoreChannel);
        return null;
    }

    private TileCoordinates TileOf(int image, int number) => new(image, number / plan.RowTileCount, number % plan.RowTileCount);

    /// <summary>All that a tile takes before its kernel call: its own waits, the load of the next tile, and edges.</summary>
    private void WriteLoads(int number, TileCoordinates tile)
    {
        bool waitsHere = policy.Waits == WaitPolicy.EveryTransfer || number == 0;
        if (waitsHere)
        {
            builder.Wait(LoadChannel);
        }

        builder.Tile(tile);
        if (number + 1 < plan.ChannelTileCount * plan.RowTileCount)
        {
            TileCoordinates next = TileOf(tile.Image, number + 1);
            int buffer = inputs[(number + 1) % 2];
            LoadInput(buffer, policy.PrefetchWindow(plan, next.RowTile), next);
        }

        if (shape.KernelHeight > 1)
        {
            EdgeExtension.Write(builder, plan, shape.InChannels, inputs[number % 2], policy.InsideWindow(plan, tile.RowTile), zeroPoint);
        }

        if (policy.Waits == WaitPolicy.BothChannelsBeforeKernel)
        {
            builder.Wait(StoreChannel);
            builder.Wait(LoadChannel);
        }
        else if (waitsHere)
        {
            // At most the store of the tile before is under way: the coefficients are here, and the output buffer of two tiles ago is free.
            builder.Wait(StoreChannel, number == 0 ? 0 : 1);
        }
    }

    private void WriteTile(int number, TileCoordinates tile)
    {
        WriteLoads(number, tile);
        bool loadsNext = tile.ChannelTile < plan.ChannelTileCount - 1;
        if (policy.DoubleBuffersCoefficients && loadsNext && tile.RowTile == 0)
        {
            LoadCoefficients(tile.Image, tile.ChannelTile + 1);
        }

        // The 7x7 kernel computes a full tile even at the end; its extra rows are not stored.
        Compute(number, tile, shape.KernelHeight == 7 ? plan.RowsPerTile : plan.RowsInTile(tile.RowTile));
        if (policy.Waits == WaitPolicy.EveryTransfer)
        {
            builder.Wait(StoreChannel);
        }

        if (!policy.DoubleBuffersCoefficients && loadsNext && tile.RowTile == plan.RowTileCount - 1)
        {
            LoadCoefficients(tile.Image, tile.ChannelTile + 1);
        }

        StoreOutput(number, tile);
    }

    private void LoadCoefficients(int image, int channelTile)
    {
        int lengthBytes = shape.WeightsPerOutChannel * plan.ChannelsInTile(channelTile);
        builder.Load(
            StoreChannel,
            InstructionPurpose.Coefficients,
            ProgramRegion.Linear(tensors.Weights, plan.CoefficientBufferBytes * channelTile, lengthBytes),
            ProgramRegion.Linear(coefficients[channelTile % 2], 0, lengthBytes),
            new TransferLabel("coefficients n{0} c{1}", image, channelTile));
    }

    private void LoadOutputScales(int image)
    {
        if (tensors.OutputScales is { } scales)
        {
            builder.Load(
                StoreChannel, InstructionPurpose.Scales, builder.Whole(scales), builder.Whole(outputScales!.Value), new TransferLabel("output scales n{0}", image));
        }
    }

    private void LoadInput(int buffer, InputWindow window, TileCoordinates tile)
    {
        if (policy.FillsHaloOnly)
        {
            EdgeExtension.Write(builder, plan, shape.InChannels, buffer, window, zeroPoint, InstructionPurpose.Halo);
        }
        else
        {
            builder.Fill(builder.Whole(buffer), zeroPoint, InstructionPurpose.WholeBuffer);
        }

        if (window.RowCount != 0)
        {
            builder.Load(
                LoadChannel,
                InstructionPurpose.Input,
                tensors.InputRows(shape, tile.Image * shape.InChannels, shape.InChannels, window),
                TileRegions.LoadedInput(plan, buffer, shape.InChannels, window),
                TransferLabel.OfTile("input n{0} c{1} h{2}", tile));
        }
    }

    private void Compute(int number, TileCoordinates tile, int rows)
    {
        int channels = plan.ChannelsInTile(tile.ChannelTile);
        int firstChannel = tile.ChannelTile * plan.ChannelsPerTile;
        ProgramRegion input = TileRegions.ReadInput(plan, inputs[number % 2], shape.InChannels, rows);
        var coefficientRegion = ProgramRegion.Linear(coefficients[tile.ChannelTile % 2], 0, channels * shape.WeightsPerOutChannel);
        var bias = ProgramRegion.Linear(biases, firstChannel * sizeof(int), channels * sizeof(int));
        ProgramRegion output = TileRegions.ComputedOutput(plan, OutputOf(number), channels, rows);
        ReadOnlySpan<ProgramRegion> reads = outputScales is { } scales
            ? [input, coefficientRegion, bias, ProgramRegion.Linear(scales, firstChannel * sizeof(ushort), channels * sizeof(ushort))]
            : [input, coefficientRegion, bias];
        builder.Compute(kernel, new KernelParameters(ProgramKernel.Convolution, rows, channels, shape.InChannels), tile, reads, [output]);
    }

    private void StoreOutput(int number, TileCoordinates tile) => builder.Store(
        StoreChannel,
        TileRegions.StoredOutput(plan, OutputOf(number), tile),
        tensors.OutputRows(plan, tile.Image, tile.ChannelTile, tile.RowTile),
        TransferLabel.OfTile("output n{0} c{1} h{2}", tile));

    /// <summary>The kernels begin with the second output buffer.</summary>
    private int OutputOf(int number) => outputs[(number + 1) % 2];
}
