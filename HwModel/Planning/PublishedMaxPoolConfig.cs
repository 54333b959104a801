using System.Globalization;
using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>A max pooling plan in the fields and the order of the published C configuration struct (operator contract, section 13.2).</summary>
public static class PublishedMaxPoolConfig
{
    /// <summary>The published layer name, such as <c>maxpool_3x3s2_c64_32x32</c>.</summary>
    public static string LayerName(MaxPool2dShape shape) => string.Create(
        CultureInfo.InvariantCulture,
        $"maxpool_{shape.KernelHeight}x{shape.KernelWidth}s{shape.Stride}_c{shape.Channels}_{shape.InHeight}x{shape.InWidth}");

    /// <summary>The two string fields that follow <c>layer_id</c>.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> TextFields(MaxPoolTilePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return [new("layer_name", LayerName(plan.Shape)), new("config_key", plan.Shape.ConfigKey)];
    }

    /// <summary>The integer fields after the strings, in struct order; pitches and planes count float32 elements.</summary>
    /// <exception cref="OverflowException">A buffer of the plan exceeds 2^31 - 1 bytes.</exception>
    public static IReadOnlyList<KeyValuePair<string, int>> NumberFields(MaxPoolTilePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        MaxPool2dShape shape = plan.Shape;
        return
        [
            new("src_width", shape.InWidth),
            new("src_height", shape.InHeight),
            new("channels", shape.Channels),
            new("dst_width", shape.OutWidth),
            new("dst_height", shape.OutHeight),
            new("src_row_pitch", shape.InWidth),
            new("src_plane_pitch", shape.InWidth * shape.InHeight),
            new("dst_row_pitch", shape.OutWidth),
            new("dst_plane_pitch", shape.OutWidth * shape.OutHeight),
            new("kernel_h", shape.KernelHeight),
            new("kernel_w", shape.KernelWidth),
            new("stride_h", shape.Stride),
            new("stride_w", shape.Stride),
            new("pad_h", shape.Padding),
            new("pad_w", shape.Padding),
            new("in_tile_w", plan.InputRowPitchElements),
            new("in_tile_rows", plan.InputPlaneRows),
            new("in_tile_plane", plan.InputPlaneElements),
            new("in_data_offset", (shape.Padding * plan.InputRowPitchElements) + shape.Padding),
            new("out_tile_w", shape.OutWidth),
            new("out_tile_rows", plan.RowsPerTile),
            new("out_tile_plane", plan.OutputPlaneElements),
            new("c_tile_size", plan.ChannelsPerTile),
            new("c_tiles", plan.ChannelTileCount),
            new("c_tile_size_last", plan.ChannelsInLastTile),
            new("height_tiles", plan.RowTileCount),
            new("output_rows", plan.RowsPerTile),
            new("input_rows", plan.InputRowsPerTile),
            new("input_buffer_size", checked((int)plan.InputBufferBytes)),
            new("output_buffer_size", checked((int)plan.OutputBufferBytes)),
            new("input_ping_dram", plan.PingBank),
            new("input_pong_dram", plan.PongBank),
            new("output_ping_dram", plan.PongBank),
            new("output_pong_dram", plan.PingBank),
        ];
    }
}
