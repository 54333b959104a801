namespace TileProof.HwModel.Planning;

/// <summary>Which loop over the tiles of a convolution is the outer one.</summary>
public enum LoopOrder
{
    /// <summary>All row tiles of a channel tile, then the next channel tile: coefficients are read once, inputs again and again.</summary>
    ChannelsOuter,

    /// <summary>All channel tiles of a row tile, then the next row tile: inputs are read once, coefficients again and again.</summary>
    RowsOuter,
}
