namespace TileProof.HwModel.HostSimd;

/// <summary>Everything besides the bytes that determines how they are packed; the layout is a number that no two layouts share.</summary>
internal readonly record struct WindowGeometry(
    int RowPitchBytes,
    int PlanePitchBytes,
    int Channels,
    int KernelHeight,
    int KernelWidth,
    int Stride,
    int OutRows,
    int OutWidth,
    int Layout)
{
    public static WindowGeometry Of(in ConvolutionTile tile, int layout) => new(
        tile.InputRowPitchBytes,
        tile.InputPlanePitchBytes,
        tile.InChannels,
        tile.KernelHeight,
        tile.KernelWidth,
        tile.Stride,
        tile.OutRows,
        tile.OutWidth,
        layout);

    /// <summary>What of it determines packed coefficients: the same for every row tile.</summary>
    public static WindowGeometry OfCoefficients(in ConvolutionTile tile, int layout) =>
        new(0, 0, tile.InChannels, tile.KernelHeight, tile.KernelWidth, 0, 0, 0, layout);
}
