using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Executors;

/// <summary>The tiled loop that the convolution kernels share: input tiles by DMA in ping-pong, outputs stored behind the computation.</summary>
/// <remarks>
/// Operator contract, section 1b.4, with every wait that correctness needs: before a tile is computed, its input and its
/// coefficients have arrived and the output buffer it writes has been stored. Channel 1 carries input tiles; channel 0 carries
/// coefficients, biases and output tiles.
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

    /// <summary>Runs one image of a batch.</summary>
    public void Run(DspMachine machine, Conv2dTilePlan plan, Conv2dOperands operands, int image)
    {
        var run = new Conv2dTileRun(machine, plan, operands, image, AllocatesCoefficientsFirst);
        byte zeroPoint = run.ZeroPoint;
        run.LoadCoefficients(StoreChannel, channelTile: 0);
        run.LoadBiases(StoreChannel);
        machine.Fill(run.InputPing.Whole(), zeroPoint, FillPurpose.WholeBuffer);
        run.LoadInput(LoadChannel, run.InputPing, new TileCoordinates(image, 0, 0));
        machine.Dma.Wait(StoreChannel);
        run.LoadOutputScales(StoreChannel);
        for (int channelTile = 0; channelTile < plan.ChannelTileCount; channelTile++)
        {
            for (int rowTile = 0; rowTile < plan.RowTileCount; rowTile++)
            {
                var tile = new TileCoordinates(image, channelTile, rowTile);
                machine.Dma.Wait(LoadChannel);
                if (run.NextTile(tile) is { } next)
                {
                    machine.Fill(run.InputPong.Whole(), zeroPoint, FillPurpose.WholeBuffer);
                    run.LoadInput(LoadChannel, run.InputPong, next);
                }

                if (ExtendsEdges)
                {
                    EdgeExtension.Apply(machine, plan, run.InputPing, rowTile, zeroPoint);
                }

                // At most the store of the tile before is under way: the coefficients are here, and the output buffer of two tiles ago is free.
                machine.Dma.WaitUntilOutstanding(StoreChannel, tile is { ChannelTile: 0, RowTile: 0 } ? 0 : 1);
                run.Compute(tile, ComputesFullLastTile ? plan.RowsPerTile : plan.RowsInTile(rowTile));
                machine.Dma.Wait(StoreChannel);
                if (rowTile == plan.RowTileCount - 1 && channelTile < plan.ChannelTileCount - 1)
                {
                    run.LoadCoefficients(StoreChannel, channelTile + 1);
                }

                run.StoreOutput(StoreChannel, tile);
                run.SwapBuffers();
            }
        }

        machine.Dma.Wait(StoreChannel);
    }
}
