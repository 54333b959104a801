using System.Globalization;
using TileProof.Operators;

namespace TileProof.HwModel.Planning;

/// <summary>A convolution plan in the fields and the order of the published C configuration struct (operator contract, section 13.2).</summary>
public static class PublishedConvConfig
{
    /// <summary>The published layer name, such as <c>conv_3x3_s1_ic64_oc64</c>.</summary>
    public static string LayerName(Conv2dShape shape) => string.Create(
        CultureInfo.InvariantCulture,
        $"conv_{shape.KernelHeight}x{shape.KernelWidth}_s{shape.Stride}_ic{shape.InChannels}_oc{shape.OutChannels}");

    /// <summary>The three string fields that follow <c>layer_id</c>.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> TextFields(Conv2dTilePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return
        [
            new("layer_name", LayerName(plan.Shape)),
            new("kernel_name", ConvolutionKernel.PublishedName(plan.Shape) + (plan.Mode == ExecutionMode.Dma ? "_dma" : "_no_dma")),
            new("config_key", plan.Shape.ConfigKey),
        ];
    }

    /// <summary>The integer fields after the strings, in struct order.</summary>
    /// <remarks>The requantization fields are the placeholders of the published generator; its driver overwrites them at run time.</remarks>
    public static IReadOnlyList<KeyValuePair<string, int>> NumberFields(Conv2dTilePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Conv2dShape shape = plan.Shape;
        bool tiled = plan is DmaPlan;
        BankPlacement placement = (plan as DmaPlan)?.Placement ?? default;
        int padding = shape.Padding;
        int dataOffset = tiled ? (padding * plan.InputRowPitchBytes) + padding : 0;
        int kernelPlane = shape.KernelWidth * shape.KernelHeight;
        return
        [
            new("src_dim1_size", shape.InWidth),
            new("src_dim2_size", shape.InHeight),
            new("src_dim3_size", shape.InChannels),
            new("src_dim1_pitch", shape.InWidth),
            new("src_dim2_pitch", shape.InWidth * shape.InHeight),
            new("dst_dim1_size", shape.OutWidth),
            new("dst_dim2_size", shape.OutHeight),
            new("dst_dim3_size", shape.OutChannels),
            new("dst_dim1_pitch", shape.OutWidth),
            new("dst_dim2_pitch", shape.OutWidth * shape.OutHeight),
            new("in_dim1_size", shape.InWidth),
            new("in_dim1_pitch", plan.InputRowPitchBytes),
            new("in_dim2_size", plan.InputRowsPerTile),
            new("in_dim2_pitch", plan.InputPlanePitchBytes),
            new("in_dim1_edge1", padding),
            new("in_dim1_edge2", padding),
            new("in_dim2_edge1", padding),
            new("in_dim2_edge2", padding),
            new("in_dim3_edge1", 0),
            new("in_dim3_edge2", 0),
            new("in_data_offset", dataOffset),
            new("in_rows_firstdma", tiled ? plan.InputRowsPerTile - padding : shape.InHeight),
            new("out_dim1_size", shape.OutWidth),
            new("out_dim1_pitch", shape.OutWidth),
            new("out_dim2_size", plan.RowsPerTile),
            new("out_dim2_pitch", shape.OutWidth * plan.RowsPerTile),
            new("out_dim3_size", plan.ChannelsPerTile),
            new("coeff_dim1_size", shape.KernelWidth),
            new("coeff_dim2_size", shape.KernelHeight),
            new("coeff_dim3_size", shape.InChannels),
            new("coeff_dim4_size", shape.OutChannels),
            new("coeff_dim1_pitch", shape.KernelWidth),
            new("coeff_dim2_pitch", kernelPlane),
            new("coeff_dim3_pitch", kernelPlane * shape.InChannels),
            new("bias_dim1_size", shape.OutChannels),
            new("bias_dim2_size", 1),
            new("outscale_dim1_size", shape.OutChannels),
            new("outscale_dim2_size", 1),
            new("input_buffer_size", plan.InputBufferBytes),
            new("coeff_buffer_size", plan.CoefficientBufferBytes),
            new("output_buffer_size", plan.OutputBufferBytes),
            new("bias_buffer_size", plan.BiasBufferBytes),
            new("outscale_buffer_size", plan.OutputScaleBufferBytes),
            new("input_ping_dram", placement.InputPing),
            new("input_pong_dram", placement.InputPong),
            new("coeff_dram", placement.Coefficients),
            new("output_ping_dram", placement.OutputPing),
            new("output_pong_dram", placement.OutputPong),
            new("bias_dram", placement.Bias),
            new("outscale_dram", placement.OutputScales),
            new("n_tile_size", plan.ChannelsPerTile),
            new("n_tiles", plan.ChannelTileCount),
            new("n_tile_size_last", plan.ChannelsInLastTile),
            new("height_tiles", plan.RowTileCount),
            new("output_rows", plan.RowsPerTile),
            new("input_rows", plan.InputRowsPerTile),
            new("kernel_w", shape.KernelWidth),
            new("kernel_h", shape.KernelHeight),
            new("stride_x", shape.Stride),
            new("stride_y", shape.Stride),
            new("padding", padding),
            new("dilation", shape.Dilation),
            new("accum_shift", 8),
            new("relu_max", 4000),
            new("relu_min", 0),
            new("output_shift", 11),
            new("output_scale", 0),
            new("flags", 0),
            new("input_zero_point", 0),
        ];
    }
}
