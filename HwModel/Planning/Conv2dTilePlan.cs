using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>How one convolution is cut into tiles and where its buffers lie.</summary>
/// <remarks>
/// A tile is a range of output channels and a range of output rows over the whole width; it reads all input channels, at once or in passes.
/// Formulas: operator contract, section 11a. In cache mode there is one tile, the whole layer, and no bank is used.
/// </remarks>
public sealed record Conv2dTilePlan
{
    private const int ScratchRowAlignmentBytes = 64;

    /// <summary>Beyond this, the 1x1 kernel with stride 2 gathers, which needs local memory, and the cache path sub-samples the image first.</summary>
    private const int LargestStridedChannelCount = 64;

    /// <summary>The geometry that is tiled.</summary>
    public required Conv2dShape Shape { get; init; }

    /// <summary>DMA tiles, or the cache path.</summary>
    public required ExecutionMode Mode { get; init; }

    /// <summary>Output channels of a tile (C name <c>n_tile_size</c>).</summary>
    public required int ChannelsPerTile { get; init; }

    /// <summary>Output rows of a tile (<c>output_rows</c>).</summary>
    public required int RowsPerTile { get; init; }

    /// <summary>The bank of each buffer; all 0 in cache mode.</summary>
    public required BankPlacement Placement { get; init; }

    /// <summary>Local buffers take multiples of this.</summary>
    public int AllocationAlignmentBytes { get; init; } = 64;

    /// <summary>What a free program does differently; null for the loop structure of the published programs.</summary>
    public TileSchedule? Schedule { get; init; }

    /// <summary>The kernel, such as <c>3x3j1d1</c>, without the mode suffix.</summary>
    public string Kernel => ConvolutionKernel.NameOf(Shape);

    /// <summary>The kernel with its mode suffix, as the published tables name it (<c>kernel_name</c>).</summary>
    public string KernelName => Kernel + (Mode == ExecutionMode.Dma ? "_dma" : "_no_dma");

    /// <summary>Tiles over the output channels (<c>n_tiles</c>).</summary>
    public int ChannelTileCount => DivideRoundUp(Shape.OutChannels, ChannelsPerTile);

    /// <summary>Output channels of the last tile (<c>n_tile_size_last</c>).</summary>
    public int ChannelsInLastTile => Shape.OutChannels - (ChannelsPerTile * (ChannelTileCount - 1));

    /// <summary>Tiles over the output rows (<c>height_tiles</c>).</summary>
    public int RowTileCount => DivideRoundUp(Shape.OutHeight, RowsPerTile);

    /// <summary>Input rows that a full tile reads, halo included (<c>input_rows</c>).</summary>
    public int InputRowsPerTile => Mode == ExecutionMode.Cache ? Shape.InHeight : ((RowsPerTile - 1) * Shape.StrideHeight) + Shape.WindowHeight;

    /// <summary>Bytes of an input tile row with its padding (<c>in_dim1_pitch</c>).</summary>
    public int InputRowPitchBytes => Shape.InWidth + Shape.PadLeft + Shape.PadRight;

    /// <summary>Bytes of an input tile plane (<c>in_dim2_pitch</c>).</summary>
    public int InputPlanePitchBytes =>
        InputRowPitchBytes * (Mode == ExecutionMode.Cache ? Shape.InHeight + Shape.PadTop + Shape.PadBottom : InputRowsPerTile);

    /// <summary>Input channels that one kernel call reads: all of them in the published programs, and those of its groups where there are several.</summary>
    public int InputChannelsPerPass => Schedule?.InputChannelsPerPass ?? Shape.InChannels;

    /// <summary>Input channels that one output element of a kernel call sums over.</summary>
    public int SummedChannelsPerPass => Shape.Groups == 1 ? InputChannelsPerPass : Shape.GroupInChannels;

    /// <summary>Kernel calls that make one output tile; one where there are several groups.</summary>
    public int PassCount => Shape.Groups == 1 ? DivideRoundUp(Shape.InChannels, InputChannelsPerPass) : 1;

    /// <summary>Bytes of one input tile buffer (<c>input_buffer_size</c>).</summary>
    public int InputBufferBytes => InputPlanePitchBytes * InputChannelsPerPass;

    /// <summary>Bytes of the coefficient buffer (<c>coeff_buffer_size</c>).</summary>
    public int CoefficientBufferBytes => Shape.KernelWidth * Shape.KernelHeight * SummedChannelsPerPass * ChannelsPerTile;

    /// <summary>Bytes of one output tile buffer (<c>output_buffer_size</c>).</summary>
    public int OutputBufferBytes => Shape.OutWidth * RowsPerTile * ChannelsPerTile;

    /// <summary>Bytes of all biases (<c>bias_buffer_size</c>), or of those of a channel tile where a free program loads them tile by tile.</summary>
    public int BiasBufferBytes => sizeof(int) * BufferedParameterChannels;

    /// <summary>Bytes of the output scales of as many channels, planned for even where one scale serves the tensor (<c>outscale_buffer_size</c>).</summary>
    public int OutputScaleBufferBytes => sizeof(ushort) * BufferedParameterChannels;

    /// <summary>Bytes of the int32 partial sums of a tile; 0 where every kernel call sums over all input channels.</summary>
    public int PartialSumBufferBytes => PassCount == 1 ? 0 : sizeof(int) * OutputBufferBytes;

    /// <summary>Bytes from one row of the padded image to the next in the scratch buffer of the cache path.</summary>
    public int ScratchRowPitchBytes => RoundUpScratchRow(InputRowPitchBytes);

    /// <summary>
    /// Bytes of scratch buffer that the cache path takes when it works on the layer at once, as the published programs do: the whole padded
    /// image, and its sub-sampled copy where the 1x1 kernel with stride 2 makes one (operator contract, section 1b.8).
    /// </summary>
    public long ScratchBytes
    {
        get
        {
            long paddedBytes = (long)ScratchRowPitchBytes * ((long)Shape.InHeight + Shape.PadTop + Shape.PadBottom) * Shape.InChannels;
            bool subsamples = ConvolutionKernel.IsPublished(Shape) && Shape is { KernelHeight: 1, Stride: 2, InChannels: > LargestStridedChannelCount };
            return paddedBytes + (subsamples ? (long)RoundUpScratchRow(Shape.OutWidth) * Shape.OutHeight * Shape.InChannels : 0);
        }
    }

    /// <summary>Whether the published programs compute the layer with this plan: it has their loop structure, and on the cache path the scratch buffer takes the whole image.</summary>
    /// <param name="configuration">The machine.</param>
    public bool RunsOnPublishedPrograms(DspConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return ConvolutionKernel.IsPublished(Shape) && Schedule is null && (Mode == ExecutionMode.Dma || ScratchBytes <= configuration.CacheScratchBytes);
    }

    /// <summary>The buffers of a tiled plan; none in cache mode.</summary>
    /// <param name="hasOutputScales">Whether every output channel has its own scale; programs with one for the tensor allocate none.</param>
    public IEnumerable<PlannedBuffer> Buffers(bool hasOutputScales) =>
        Mode == ExecutionMode.Cache ? [] : PossibleBuffers(hasOutputScales).Where(static buffer => buffer.LengthBytes > 0);

    /// <summary>The seven buffers of a <see cref="BankPlacement"/> in its order, second coefficients and partial sums; what is not needed has no bytes.</summary>
    internal PlannedBuffer[] PossibleBuffers(bool hasOutputScales)
    {
        int parameterBuffers = Schedule is { KeepsAllBiases: false } ? 2 : 1;
        long inputBytes = (long)InputRowPitchBytes * InputRowsPerTile * InputChannelsPerPass;
        long coefficientBytes = (long)Shape.KernelWidth * Shape.KernelHeight * SummedChannelsPerPass * ChannelsPerTile;
        long outputBytes = (long)Shape.OutWidth * RowsPerTile * ChannelsPerTile;
        return
        [
            Buffer("input ping", Placement.InputPing, inputBytes, 1),
            Buffer("input pong", Placement.InputPong, inputBytes, Schedule is { InputBufferCount: 1 } ? 0 : 1),
            Buffer("coefficients", Placement.Coefficients, coefficientBytes, 1),
            Buffer("output ping", Placement.OutputPing, outputBytes, 1),
            Buffer("output pong", Placement.OutputPong, outputBytes, 1),
            Buffer("biases", Placement.Bias, BiasBufferBytes, parameterBuffers),
            Buffer("output scales", Placement.OutputScales, OutputScaleBufferBytes, hasOutputScales ? parameterBuffers : 0),
            Buffer("second coefficients", Schedule?.SecondCoefficientBank ?? 0, coefficientBytes, Schedule is { CoefficientBufferCount: 2 } ? 1 : 0),
            Buffer("partial sums", Schedule?.PartialSumBank ?? 0, PassCount == 1 ? 0 : sizeof(int) * outputBytes, 1),
        ];

        PlannedBuffer Buffer(string label, int bank, long lengthBytes, int count) =>
            new(label, bank, (lengthBytes + AllocationAlignmentBytes - 1) / AllocationAlignmentBytes * AllocationAlignmentBytes * count);
    }

    /// <summary>The first input channel that a kernel call reads, and how many: those of its pass, or those of the groups of its output channels.</summary>
    public (int First, int Count) InputChannelsOf(int channelTile, int pass)
    {
        if (Shape.Groups == 1)
        {
            return (pass * InputChannelsPerPass, InputChannelsInPass(pass));
        }

        int firstChannel = channelTile * ChannelsPerTile;
        int firstGroup = firstChannel / Shape.GroupOutChannels;
        int lastGroup = (firstChannel + ChannelsInTile(channelTile) - 1) / Shape.GroupOutChannels;
        return (firstGroup * Shape.GroupInChannels, (lastGroup - firstGroup + 1) * Shape.GroupInChannels);
    }

    /// <summary>The input channels of a pass.</summary>
    public int InputChannelsInPass(int pass) => Math.Min(InputChannelsPerPass, Shape.InChannels - (pass * InputChannelsPerPass));

    /// <summary>The geometry that the kernel sees in a pass: the layer's, with the input channels of the pass.</summary>
    public Conv2dShape ShapeOfPass(int pass) => PassCount == 1
        ? Shape
        : Conv2dShape.Create(
            InputChannelsInPass(pass), Shape.InHeight, Shape.InWidth, Shape.OutChannels, Shape.Window);

    /// <summary>The output channels of a tile.</summary>
    public int ChannelsInTile(int channelTile) => channelTile == ChannelTileCount - 1 ? ChannelsInLastTile : ChannelsPerTile;

    /// <summary>The output rows of a tile that lie in the image.</summary>
    public int RowsInTile(int rowTile) => Math.Min(RowsPerTile, Shape.OutHeight - (RowsPerTile * rowTile));

    /// <summary>Which tile makes an output element.</summary>
    public (int ChannelTile, int RowTile) TileOf(int outChannel, int outRow) => (outChannel / ChannelsPerTile, outRow / RowsPerTile);

    /// <summary>One line for reports, such as <c>n16 x 4, R2 x 8, banks 0011111</c>.</summary>
    public override string ToString() => Mode == ExecutionMode.Cache
        ? "cache"
        : $"n{ChannelsPerTile} x {ChannelTileCount}, R{RowsPerTile} x {RowTileCount}, banks {Placement}{(Schedule is null ? "" : $", {Schedule}")}";

    private int BufferedParameterChannels => Schedule is { KeepsAllBiases: false } ? ChannelsPerTile : Shape.OutChannels;

    private static int RoundUpScratchRow(int rowBytes) => (rowBytes + ScratchRowAlignmentBytes - 1) / ScratchRowAlignmentBytes * ScratchRowAlignmentBytes;

    private static int DivideRoundUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
