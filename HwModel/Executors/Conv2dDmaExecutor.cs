using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Executors;

/// <summary>The tiled loop that the convolution kernels share: input tiles by DMA in ping-pong, outputs stored behind the computation.</summary>
/// <remarks>
/// Operator contract, section 1b.4. The corrected policy has every wait that correctness needs: before a tile is computed, its
/// input and its coefficients have arrived and the output buffer it writes has been stored. Channel 1 carries input tiles;
/// channel 0 carries coefficients, biases and output tiles.
/// </remarks>
internal abstract class Conv2dDmaExecutor
{
    private const int LoadChannel = 1;
    private const int StoreChannel = 0;

    /// <summary>Whether the coefficient buffer is allocated before the input buffers, as the 3x3 kernels do.</summary>
    protected abstract bool AllocatesCoefficientsFirst { get; }

    /// <summary>Whether padding is written again after a tile has arrived; kernels without a halo do not need it.</summary>
    protected abstract bool ExtendsEdges { get; }

    /// <summary>Whether the last, short row tile is computed at full height; its extra rows are not stored.</summary>
    protected abstract bool ComputesFullLastTile { get; }

    /// <summary>Runs one image of a batch; returns what the kernel refused, or null.</summary>
    public string? Run(DspMachine machine, Conv2dTilePlan plan, Conv2dOperands operands, ConvolutionPolicy policy, int image)
    {
        bool coefficientsFirst = AllocatesCoefficientsFirst && policy.Allocates3x3CoefficientsFirst;
        var run = new Conv2dTileRun(machine, plan, operands, image, coefficientsFirst);
        byte zeroPoint = run.ZeroPoint;
        run.LoadCoefficients(StoreChannel, channelTile: 0);
        run.LoadBiases(StoreChannel);
        machine.Fill(run.InputPing.Whole(), zeroPoint, FillPurpose.WholeBuffer);
        run.LoadInput(LoadChannel, run.InputPing, policy.FirstWindow(plan), new TileCoordinates(image, 0, 0));
        machine.Dma.Wait(StoreChannel);
        run.LoadOutputScales(StoreChannel);
        for (int channelTile = 0; channelTile < plan.ChannelTileCount; channelTile++)
        {
            for (int rowTile = 0; rowTile < plan.RowTileCount; rowTile++)
            {
                var tile = new TileCoordinates(image, channelTile, rowTile);
                bool isFirst = channelTile == 0 && rowTile == 0;
                if (policy.WaitsInLoop || isFirst)
                {
                    machine.Dma.Wait(LoadChannel);
                }

                machine.BeginTile(tile);
                if (run.NextTile(tile) is { } next)
                {
                    machine.Fill(run.InputPong.Whole(), zeroPoint, FillPurpose.WholeBuffer);
                    run.LoadInput(LoadChannel, run.InputPong, policy.PrefetchWindow(plan, next.RowTile), next);
                }

                if (ExtendsEdges)
                {
                    EdgeExtension.Apply(machine, plan, run.InputPing, policy.InsideWindow(plan, rowTile), zeroPoint);
                }

                if (policy.WaitsInLoop || isFirst)
                {
                    // At most the store of the tile before is under way: the coefficients are here, and the output buffer of two tiles ago is free.
                    machine.Dma.WaitUntilOutstanding(StoreChannel, isFirst ? 0 : 1);
                }

                if (RequantizationStage.Refusal(run.Requantization) is { } refusal && !policy.StopsOnError)
                {
                    return refusal;
                }

                run.Compute(tile, ComputesFullLastTile ? plan.RowsPerTile : plan.RowsInTile(rowTile));
                if (policy.WaitsInLoop)
                {
                    machine.Dma.Wait(StoreChannel);
                }

                if (rowTile == plan.RowTileCount - 1 && channelTile < plan.ChannelTileCount - 1)
                {
                    run.LoadCoefficients(StoreChannel, channelTile + 1);
                }

                run.StoreOutput(StoreChannel, tile);
                run.SwapBuffers();
            }
        }

        machine.Dma.Wait(StoreChannel);
        return null;
    }
}
