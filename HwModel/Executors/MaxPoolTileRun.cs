using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Executors;

/// <summary>The tiled loop of max pooling on one image: input tiles in ping-pong on channel 1, output tiles stored on channel 0.</summary>
/// <remarks>
/// Operator contract, section 2b. The corrected loop has the waits that the published one lacks (hazards M1 to M3): the input of a
/// tile has arrived and the store of the tile before last has finished before the tile is computed.
/// </remarks>
internal sealed class MaxPoolTileRun
{
    private const int LoadChannel = 1;
    private const int StoreChannel = 0;

    private readonly MaxPoolOperands operands;
    private readonly MaxPoolTilePlan plan;
    private readonly int image;
    private readonly DspMachine machine;
    private readonly MemoryBuffer[] inputs;
    private readonly MemoryBuffer[] outputs;

    public MaxPoolTileRun(MaxPoolOperands operands, MaxPoolTilePlan plan, int image)
    {
        this.operands = operands;
        this.plan = plan;
        this.image = image;
        machine = operands.Machine;
        int inputBytes = checked((int)plan.InputBufferBytes);
        int outputBytes = checked((int)plan.OutputBufferBytes);
        inputs =
        [
            machine.Allocate(MaxPoolTilePlan.InputPingBank, "input ping", inputBytes),
            machine.Allocate(MaxPoolTilePlan.InputPongBank, "input pong", inputBytes),
        ];
        outputs =
        [
            machine.Allocate(MaxPoolTilePlan.InputPongBank, "output ping", outputBytes),
            machine.Allocate(MaxPoolTilePlan.InputPingBank, "output pong", outputBytes),
        ];
    }

    public void Run()
    {
        int tileCount = plan.ChannelTileCount * plan.RowTileCount;
        bool waitsInLoop = machine.Configuration.KernelVariant == KernelVariant.Corrected;
        Load(0);
        for (int index = 0; index < tileCount; index++)
        {
            if (waitsInLoop || index == 0)
            {
                machine.Dma.Wait(LoadChannel);
            }

            machine.BeginTile(TileAt(index));
            if (index + 1 < tileCount)
            {
                Load(index + 1);
            }

            if (waitsInLoop)
            {
                // At most the store of the tile before is under way, and it reads the other output buffer.
                machine.Dma.WaitUntilOutstanding(StoreChannel, 1);
            }

            Compute(index);
            Store(index);
        }

        machine.Dma.Wait(StoreChannel);
    }

    private TileCoordinates TileAt(int index) => new(image, index / plan.RowTileCount, index % plan.RowTileCount);

    private void Load(int index)
    {
        TileCoordinates tile = TileAt(index);
        MemoryBuffer buffer = inputs[index % 2];
        int channels = plan.ChannelsInTile(tile.ChannelTile);
        operands.FillWithLowest(buffer, channels * plan.InputPlaneElements, OperatorPath.Dma, tile);
        (int firstRow, int topPadding, int rows) = operands.InputRows(tile.RowTile * plan.RowsPerTile, plan.RowsInTile(tile.RowTile));
        if (rows == 0)
        {
            return;
        }

        StridedRegion source = operands.InputRegion(image, tile.ChannelTile * plan.ChannelsPerTile, channels, firstRow, rows);
        int offsetElements = (topPadding * plan.InputRowPitchElements) + plan.Shape.Padding;
        var destination = new StridedRegion(
            buffer,
            offsetElements * sizeof(float),
            source.RowBytes,
            rows,
            plan.InputRowPitchElements * sizeof(float),
            channels,
            plan.InputPlaneElements * sizeof(float));
        machine.Dma.Issue(LoadChannel, DmaDescriptor.Create(source, destination, TransferLabel.OfTile("input n{0} c{1} h{2}", tile)));
    }

    private void Compute(int index)
    {
        TileCoordinates tile = TileAt(index);
        int channels = plan.ChannelsInTile(tile.ChannelTile);
        int rows = plan.RowsInTile(tile.RowTile);
        int rowPitchBytes = plan.InputRowPitchElements * sizeof(float);
        int inputRows = ((rows - 1) * plan.Shape.Stride) + plan.Shape.KernelHeight;
        var source = new StridedRegion(
            inputs[index % 2], 0, rowPitchBytes, inputRows, rowPitchBytes, channels, plan.InputPlaneElements * sizeof(float));
        operands.Compute(OperatorPath.Dma, tile, source, plan.InputRowPitchElements, OutputTile(index, channels, rows));
    }

    private void Store(int index)
    {
        TileCoordinates tile = TileAt(index);
        int channels = plan.ChannelsInTile(tile.ChannelTile);
        int rows = plan.RowsInTile(tile.RowTile);
        StridedRegion source = OutputTile(index, channels, rows);
        StridedRegion destination = operands.OutputRegion(
            image, tile.ChannelTile * plan.ChannelsPerTile, channels, tile.RowTile * plan.RowsPerTile, rows);

        // The rows of a channel are consecutive on both sides: one line of the descriptor per channel.
        machine.Dma.Issue(StoreChannel, DmaDescriptor.Create(
            StridedRegion.Rows(source.Buffer, source.OffsetBytes, source.RowBytes * rows, channels, source.PlanePitchBytes),
            StridedRegion.Rows(destination.Buffer, destination.OffsetBytes, source.RowBytes * rows, channels, destination.PlanePitchBytes),
            TransferLabel.OfTile("output n{0} c{1} h{2}", tile)));
    }

    private StridedRegion OutputTile(int index, int channels, int rows)
    {
        int rowBytes = plan.Shape.OutWidth * sizeof(float);
        return new StridedRegion(outputs[index % 2], 0, rowBytes, rows, rowBytes, channels, plan.OutputPlaneElements * sizeof(float));
    }
}
