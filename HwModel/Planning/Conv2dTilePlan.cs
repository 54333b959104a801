using TileProof.HwModel.Machine;
using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>How one convolution is cut into tiles: a <see cref="TiledPlan"/>, a <see cref="FreePlan"/> or a <see cref="CachePlan"/>.</summary>
/// <remarks>
/// A tile is a range of output channels and a range of output rows over the whole width; it reads all input channels, at once or in passes.
/// Formulas: operator contract, section 11a.
/// </remarks>
public abstract record Conv2dTilePlan
{
    private protected Conv2dTilePlan()
    {
    }

    /// <summary>The geometry that is tiled.</summary>
    public required Conv2dShape Shape { get; init; }

    /// <summary>Output channels of a tile (C name <c>n_tile_size</c>).</summary>
    public required int ChannelsPerTile { get; init; }

    /// <summary>Output rows of a tile (<c>output_rows</c>).</summary>
    public required int RowsPerTile { get; init; }

    /// <summary>How the kernel reaches its data.</summary>
    public abstract ExecutionMode Mode { get; }

    /// <summary>The kernel, such as <c>3x3j1d1</c>, without the mode suffix.</summary>
    public string Kernel => ConvolutionKernel.NameOf(Shape);

    /// <summary>The kernel with its mode suffix, as the published tables name it (<c>kernel_name</c>).</summary>
    public abstract string KernelName { get; }

    /// <summary>Tiles over the output channels (<c>n_tiles</c>).</summary>
    public int ChannelTileCount => DivideRoundUp(Shape.OutChannels, ChannelsPerTile);

    /// <summary>Output channels of the last tile (<c>n_tile_size_last</c>).</summary>
    public int ChannelsInLastTile => Shape.OutChannels - (ChannelsPerTile * (ChannelTileCount - 1));

    /// <summary>Tiles over the output rows (<c>height_tiles</c>).</summary>
    public int RowTileCount => DivideRoundUp(Shape.OutHeight, RowsPerTile);

    /// <summary>Input rows that a full tile reads, halo included (<c>input_rows</c>).</summary>
    public abstract int InputRowsPerTile { get; }

    /// <summary>Bytes of an input tile row with its padding (<c>in_dim1_pitch</c>).</summary>
    public int InputRowPitchBytes => Shape.InWidth + Shape.PadLeft + Shape.PadRight;

    /// <summary>Bytes of an input tile plane (<c>in_dim2_pitch</c>).</summary>
    public abstract int InputPlanePitchBytes { get; }

    /// <summary>Input channels that one kernel call reads: all of them in the published programs, and those of its groups where there are several.</summary>
    public virtual int InputChannelsPerPass => Shape.InChannels;

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

    /// <summary>Whether the published programs compute the layer with this plan: it has their loop structure, and on the cache path the scratch buffer takes the whole image.</summary>
    /// <param name="configuration">The machine.</param>
    public abstract bool RunsOnPublishedPrograms(DspConfiguration configuration);

    /// <summary>The buffers in the banks; none on the cache path.</summary>
    /// <param name="hasOutputScales">Whether every output channel has its own scale; programs with one for the tensor allocate none.</param>
    public virtual IEnumerable<PlannedBuffer> Buffers(bool hasOutputScales) => [];

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

    /// <summary>The output channels of a tile.</summary>
    public int ChannelsInTile(int channelTile) => channelTile == ChannelTileCount - 1 ? ChannelsInLastTile : ChannelsPerTile;

    /// <summary>The output rows of a tile that lie in the image.</summary>
    public int RowsInTile(int rowTile) => Math.Min(RowsPerTile, Shape.OutHeight - (RowsPerTile * rowTile));

    /// <summary>Which tile makes an output element.</summary>
    public (int ChannelTile, int RowTile) TileOf(int outChannel, int outRow) => (outChannel / ChannelsPerTile, outRow / RowsPerTile);

    /// <summary>Output channels whose biases and scales lie in local memory together.</summary>
    private protected virtual int BufferedParameterChannels => Shape.OutChannels;

    private static int DivideRoundUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
