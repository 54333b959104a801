namespace TileProof.HwModel.Programs.Convolution;

/// <summary>One kernel call of a free program: a tile, and which of its input channels are summed.</summary>
/// <param name="ChannelTile">Which output channels.</param>
/// <param name="RowTile">Which output rows.</param>
/// <param name="Pass">Which input channels.</param>
internal readonly record struct TileStep(int ChannelTile, int RowTile, int Pass)
{
    /// <summary>Whether two steps read the same coefficients.</summary>
    public bool SharesCoefficientsWith(TileStep other) => ChannelTile == other.ChannelTile && Pass == other.Pass;
}
