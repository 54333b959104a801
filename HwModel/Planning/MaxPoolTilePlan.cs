using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>How one max pooling is cut into tiles: a range of channels and a range of output rows over the whole width.</summary>
/// <remarks>Formulas: operator contract, sections 2b and 11d. Sizes are in elements unless they say bytes.</remarks>
public sealed record MaxPoolTilePlan
{
    /// <summary>The bank of the first input and the second output buffer (C names <c>input_ping_dram</c>, <c>output_pong_dram</c>).</summary>
    public int PingBank { get; init; }

    /// <summary>The bank of the second input and the first output buffer (<c>input_pong_dram</c>, <c>output_ping_dram</c>).</summary>
    public int PongBank { get; init; } = 1;

    /// <summary>The geometry that is tiled.</summary>
    public required MaxPool2dShape Shape { get; init; }

    /// <summary>Bytes of an element: 4 of float32, which the published programs know alone, 1 of int8.</summary>
    public int ElementBytes { get; init; } = sizeof(float);

    /// <summary>Channels of a tile (<c>c_tile_size</c>).</summary>
    public required int ChannelsPerTile { get; init; }

    /// <summary>Output rows of a tile (<c>output_rows</c>).</summary>
    public required int RowsPerTile { get; init; }

    /// <summary>Tiles over the channels (<c>c_tiles</c>).</summary>
    public int ChannelTileCount => DivideRoundUp(Shape.Channels, ChannelsPerTile);

    /// <summary>Channels of the last tile (<c>c_tile_size_last</c>).</summary>
    public int ChannelsInLastTile => Shape.Channels - (ChannelsPerTile * (ChannelTileCount - 1));

    /// <summary>Tiles over the output rows (<c>height_tiles</c>).</summary>
    public int RowTileCount => DivideRoundUp(Shape.OutHeight, RowsPerTile);

    /// <summary>Input rows that a full tile reads (<c>input_rows</c>).</summary>
    public int InputRowsPerTile => ((RowsPerTile - 1) * Shape.StrideHeight) + Shape.KernelHeight;

    /// <summary>Elements of an input tile row with its padding (<c>in_tile_w</c>).</summary>
    public int InputRowPitchElements => Shape.PaddedWidth;

    /// <summary>Rows of an input tile plane; the published layout leaves room for padding rows beyond those that are read (<c>in_tile_rows</c>).</summary>
    public int InputPlaneRows => InputRowsPerTile + Shape.PadTop + Shape.Window.PadBottom;

    /// <summary>Elements of an input tile plane (<c>in_tile_plane</c>).</summary>
    public int InputPlaneElements => InputRowPitchElements * InputPlaneRows;

    /// <summary>Elements of an output tile plane (<c>out_tile_plane</c>).</summary>
    public int OutputPlaneElements => Shape.OutWidth * RowsPerTile;

    /// <summary>Bytes of one input tile buffer (<c>input_buffer_size</c>).</summary>
    public long InputBufferBytes => ElementBytes * (long)InputPlaneElements * ChannelsPerTile;

    /// <summary>Bytes of one output tile buffer (<c>output_buffer_size</c>).</summary>
    public long OutputBufferBytes => ElementBytes * (long)OutputPlaneElements * ChannelsPerTile;

    /// <summary>The channels of a tile.</summary>
    public int ChannelsInTile(int channelTile) => channelTile == ChannelTileCount - 1 ? ChannelsInLastTile : ChannelsPerTile;

    /// <summary>The output rows of a tile that lie in the image.</summary>
    public int RowsInTile(int rowTile) => Math.Min(RowsPerTile, Shape.OutHeight - (RowsPerTile * rowTile));

    /// <summary>Whether one input and one output buffer, each rounded up by the allocator, fit either bank.</summary>
    public bool FitsBanks(int bankBytes, int alignmentBytes) =>
        RoundUp(InputBufferBytes, alignmentBytes) + RoundUp(OutputBufferBytes, alignmentBytes) <= bankBytes;

    /// <summary>One line for reports, such as <c>c22 x 3, R1 x 16</c>.</summary>
    public override string ToString() => $"c{ChannelsPerTile} x {ChannelTileCount}, R{RowsPerTile} x {RowTileCount}";

    private static long RoundUp(long bytes, int alignmentBytes) => (bytes + alignmentBytes - 1) / alignmentBytes * alignmentBytes;

    private static int DivideRoundUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
