using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Timing;

/// <summary>What all kernel calls of one image of a convolution issue.</summary>
/// <param name="MultiplySlots">Multiply instructions.</param>
/// <param name="VectorLoads">Vector loads.</param>
public readonly record struct ConvolutionTotals(long MultiplySlots, long VectorLoads)
{
    /// <summary>Sums over the tiles of a plan.</summary>
    public static ConvolutionTotals Of(Conv2dTilePlan plan, int vectorBytes = 64)
    {
        ArgumentNullException.ThrowIfNull(plan);
        long multiplySlots = 0;
        long vectorLoads = 0;
        for (int channelTile = 0; channelTile < plan.ChannelTileCount; channelTile++)
        {
            for (int rowTile = 0; rowTile < plan.RowTileCount; rowTile++)
            {
                ConvolutionWork work = ConvolutionProgram.WorkOfTile(plan, channelTile, rowTile, vectorBytes);
                multiplySlots += work.MultiplySlots;
                vectorLoads += work.VectorLoads;
            }
        }

        return new ConvolutionTotals(multiplySlots, vectorLoads);
    }
}
