namespace TileProof.HwModel.Executors;

/// <summary>Everything besides the input bytes that determines the windows of a tile.</summary>
internal readonly record struct WindowGeometry(
    int RowPitchBytes,
    int PlanePitchBytes,
    int Channels,
    int KernelHeight,
    int KernelWidth,
    int Stride,
    int OutRows,
    int OutWidth,
    int PaddedTaps)
{
    public static WindowGeometry Of(in ConvolutionTile tile, int paddedTaps) => new(
        tile.InputRowPitchBytes,
        tile.InputPlanePitchBytes,
        tile.InChannels,
        tile.KernelHeight,
        tile.KernelWidth,
        tile.Stride,
        tile.OutRows,
        tile.OutWidth,
        paddedTaps);
}
