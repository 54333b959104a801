namespace TileProof.HwModel.Executors;

/// <summary>The coefficients of a tile in the groups that a form multiplies: in memory where they lie so already, else copied.</summary>
internal readonly ref struct PackedCoefficients<TLanes, TValues, TSums>
    where TLanes : struct, IPositionLanes<TValues, TSums>
    where TValues : struct
    where TSums : struct
{
    private readonly ReadOnlySpan<byte> inMemory;
    private readonly Span<byte> copied;
    private readonly int firstCopied;
    private readonly Span<int> firstSums;
    private readonly int channelBytes;

    /// <summary>Copies what does not lie in memory in groups, in whole blocks of channels.</summary>
    public PackedCoefficients(in ConvolutionTile tile, ConvolutionWorkspace workspace)
    {
        int taps = tile.TapCount;
        channelBytes = (taps + TLanes.GroupTaps - 1) / TLanes.GroupTaps * TapGroups.GroupBytes;
        inMemory = tile.Coefficients;
        firstCopied = channelBytes == taps ? tile.OutChannels / TapGroups.BlockChannels * TapGroups.BlockChannels : 0;
        int roundedChannels = (tile.OutChannels + TapGroups.BlockChannels - 1) / TapGroups.BlockChannels * TapGroups.BlockChannels;
        copied = workspace.Coefficients((roundedChannels - firstCopied) * channelBytes);
        firstSums = workspace.FirstSums(roundedChannels);
        for (int channel = firstCopied; channel < tile.OutChannels; channel++)
        {
            TLanes.PackCoefficients(inMemory.Slice(channel * taps, taps), copied.Slice((channel - firstCopied) * channelBytes, channelBytes));
        }

        for (int channel = 0; channel < roundedChannels; channel += TapGroups.BlockChannels)
        {
            TLanes.StartSums(Block(channel), firstSums.Slice(channel, TapGroups.BlockChannels));
        }
    }

    /// <summary>The coefficients of a block of channels; those of channels that the tile does not have are garbage.</summary>
    public ReadOnlySpan<byte> Block(int channel) => channel < firstCopied
        ? inMemory.Slice(channel * channelBytes, TapGroups.BlockChannels * channelBytes)
        : copied.Slice((channel - firstCopied) * channelBytes, TapGroups.BlockChannels * channelBytes);

    /// <summary>Where the sums of a block of channels start, so that the offset of the values drops out.</summary>
    public ReadOnlySpan<int> FirstSums(int channel) => firstSums.Slice(channel, TapGroups.BlockChannels);
}
