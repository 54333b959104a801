using System.Globalization;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Dma;

/// <summary>What a transfer is for. A program issues thousands: the words are put together only when somebody reads them.</summary>
/// <param name="Pattern">Words with a place for each number, such as <c>coefficients n{0} c{1}</c>.</param>
/// <param name="First">The number at <c>{0}</c>.</param>
/// <param name="Second">The number at <c>{1}</c>.</param>
/// <param name="Third">The number at <c>{2}</c>.</param>
/// <param name="Fourth">The number at <c>{3}</c>.</param>
public readonly record struct TransferLabel(string Pattern, int First = 0, int Second = 0, int Third = 0, int Fourth = 0)
{
    /// <summary>A label with the numbers of a tile: image, channel tile and row tile.</summary>
    /// <param name="pattern">Such as <c>input n{0} c{1} h{2}</c>.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="fourth">The number at <c>{3}</c>.</param>
    public static TransferLabel OfTile(string pattern, TileCoordinates tile, int fourth = 0) => new(pattern, tile.Image, tile.ChannelTile, tile.RowTile, fourth);

    /// <summary>Such as <c>input n0 c1 h2</c>.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, Pattern, First, Second, Third, Fourth);
}
