using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Planning;

/// <summary>Tiles for a program of its own, which walks them by a <see cref="TileSchedule"/>.</summary>
public sealed record FreePlan : DmaPlan
{
    /// <summary>The order of the tiles, and the buffers that are kept twice.</summary>
    public required TileSchedule Schedule { get; init; }

    /// <inheritdoc/>
    public override int InputChannelsPerPass => Schedule.InputChannelsPerPass;

    /// <summary>Bytes of the int32 partial sums of a tile; 0 where every kernel call sums over all input channels.</summary>
    public int PartialSumBufferBytes => PassCount == 1 ? 0 : sizeof(int) * OutputBufferBytes;

    /// <summary>Whether the whole input is loaded once; else once for every channel tile that reads it.</summary>
    internal bool LoadsInputOnce => PassCount == 1 && Shape.Groups == 1 && (Schedule.Order == LoopOrder.RowsOuter || RowTileCount == 1);

    /// <summary>Whether all coefficients are loaded once; else once for every row tile.</summary>
    internal bool LoadsCoefficientsOnce => PassCount == 1 && (Schedule.Order == LoopOrder.ChannelsOuter || ChannelTileCount == 1);

    private protected override TileSchedule? OwnSchedule => Schedule;

    private protected override int BufferedParameterChannels => Schedule.KeepsAllBiases ? Shape.OutChannels : ChannelsPerTile;

    /// <inheritdoc/>
    public override bool RunsOnPublishedPrograms(DspConfiguration configuration) => false;

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()}, {Schedule}";
}
