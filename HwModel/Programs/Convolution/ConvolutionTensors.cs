using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>The numbers of the tensors in the program of a convolution.</summary>
/// <param name="Input">int8 <c>[N, C, H, W]</c>.</param>
/// <param name="Weights">int8 <c>[OC, C, KH, KW]</c>.</param>
/// <param name="Biases">int32 <c>[OC]</c>.</param>
/// <param name="OutputScales">uint16 <c>[OC]</c>; null where one scale serves the tensor.</param>
/// <param name="Output">int8 <c>[N, OC, OH, OW]</c>.</param>
internal readonly record struct ConvolutionTensors(int Input, int Weights, int Biases, int? OutputScales, int Output)
{
    /// <summary>Names the tensors.</summary>
    public static ConvolutionTensors Of(TileProgramBuilder builder, Conv2dShape shape, int batch, bool hasOutputScales) => new(
        builder.Tensor("input", BufferRole.Input, batch * shape.InChannels * shape.InHeight * shape.InWidth),
        builder.Tensor("weights", BufferRole.Coefficients, shape.WeightCount),
        builder.Tensor("kernel biases", BufferRole.Bias, sizeof(int) * shape.OutChannels),
        hasOutputScales ? builder.Tensor("output scales", BufferRole.Scales, sizeof(ushort) * shape.OutChannels) : null,
        builder.Tensor("output", BufferRole.Output, batch * shape.OutChannels * shape.OutHeight * shape.OutWidth));

    /// <summary>Input rows of consecutive planes of an image.</summary>
    public ProgramRegion InputRows(Conv2dShape shape, int firstPlane, int planeCount, InputWindow window)
    {
        int imagePlane = shape.InWidth * shape.InHeight;
        return new ProgramRegion(
            Input, (firstPlane * imagePlane) + (window.FirstImageRow * shape.InWidth), shape.InWidth, window.RowCount, shape.InWidth, planeCount, imagePlane);
    }

    /// <summary>Where the output rows of a tile go.</summary>
    public ProgramRegion OutputRows(Conv2dTilePlan plan, int image, int channelTile, int rowTile)
    {
        Conv2dShape shape = plan.Shape;
        int imagePlane = shape.OutWidth * shape.OutHeight;
        int firstChannel = (image * shape.OutChannels) + (channelTile * plan.ChannelsPerTile);
        return ProgramRegion.Rows(
            Output,
            (firstChannel * imagePlane) + (rowTile * plan.RowsPerTile * shape.OutWidth),
            shape.OutWidth * plan.RowsInTile(rowTile),
            plan.ChannelsInTile(channelTile),
            imagePlane);
    }
}
