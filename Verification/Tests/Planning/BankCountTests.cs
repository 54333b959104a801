using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.Tests.Planning;

public sealed class BankCountTests
{
    /// <summary>At two banks of 62976 bytes the published planner takes 8 channels of this layer; its input takes 8192 bytes twice.</summary>
    private static readonly Conv2dShape Layer = Conv2dShape.Create(512, 2, 2, 512, 3, 3, 1, 1);

    [Fact]
    public void TryPlanTiles_OneBankOfBoth_LargerTile()
    {
        Conv2dTilePlan published = Conv2dTilePlanner.TryPlanTiles(Layer, BankBytes.Of(62976, 62976))!;
        Conv2dTilePlan plan = Conv2dTilePlanner.TryPlanTiles(Layer, BankBytes.Of(2 * 62976))!;

        // 2 * 8192 input + 4608 n coefficients + 2 * 64 output + 2048 bias + 1024 scales fit 125952 bytes up to n = 23; 16 divides 512.
        Assert.Equal(8, published.ChannelsPerTile);
        Assert.Equal(16, plan.ChannelsPerTile);
    }

    [Fact]
    public void TryPlanTiles_CoefficientsNeedABankOfTheirOwn_LimitedByOneBank()
    {
        // 4608 n <= 62976 holds up to n = 13; 8 divides 512.
        Assert.Equal(8, Conv2dTilePlanner.TryPlanTiles(Layer, BankBytes.Of(62976, 62976, 62976, 62976))!.ChannelsPerTile);
    }

    [Fact]
    public void TryPlanTiles_NothingFits_Null() => Assert.Null(Conv2dTilePlanner.TryPlanTiles(Layer, BankBytes.Of(4096, 4096, 4096, 4096)));
}
