using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Every wait, image and cache operation that a correct result needs.</summary>
internal class CorrectedConvolution : ConvolutionPolicy
{
    public override WaitPolicy Waits => WaitPolicy.EveryTransfer;

    public override bool Allocates3x3CoefficientsFirst => true;

    public override bool ComputesEveryImage => true;

    public override bool StopsOnError => true;

    public override bool CutsCacheModeIntoBands => true;

    public override bool InvalidatesOutputFirst => true;

    public override InputWindow FirstWindow(Conv2dTilePlan plan) => InputWindow.Of(plan, 0);

    public override InputWindow PrefetchWindow(Conv2dTilePlan plan, int rowTile) => InputWindow.Of(plan, rowTile);

    public override InputWindow InsideWindow(Conv2dTilePlan plan, int rowTile) => InputWindow.Of(plan, rowTile);

    public override string NameWithoutDma(Conv2dTilePlan plan) => plan.Kernel + "_no_dma";
}
