namespace TileProof.HwModel.Machine;

/// <summary>Which tile of an operator call a step belongs to.</summary>
/// <param name="Image">Index in the batch.</param>
/// <param name="ChannelTile">Index of the output-channel tile.</param>
/// <param name="RowTile">Index of the output-row tile.</param>
public readonly record struct TileCoordinates(int Image, int ChannelTile, int RowTile)
{
    /// <summary><c>n0 c1 h2</c>.</summary>
    public override string ToString() => $"n{Image} c{ChannelTile} h{RowTile}";
}
