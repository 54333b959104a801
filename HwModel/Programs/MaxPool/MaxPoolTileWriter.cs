using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Programs.MaxPool;

/// <summary>The tiled loop of pooling on one image: input tiles in ping-pong on channel 1, output tiles stored on channel 0.</summary>
/// <remarks>
/// Operator contract, section 2b. The corrected loop has the waits that the published one lacks (hazards M1 to M3): the input of a
/// tile has arrived and the store of the tile before last has finished before the tile is computed.
/// </remarks>
internal sealed class MaxPoolTileWriter
{
    private const int LoadChannel = 1;
    private const int StoreChannel = 0;

    private readonly TileProgramBuilder builder;
    private readonly MaxPoolSteps steps;
    private readonly MaxPoolTilePlan plan;
    private readonly bool waitsInLoop;
    private readonly int[] inputs;
    private readonly int[] outputs;

    public MaxPoolTileWriter(TileProgramBuilder builder, MaxPoolSteps steps, MaxPoolTilePlan plan, bool waitsInLoop)
    {
        this.builder = builder;
        this.steps = steps;
        this.plan = plan;
        this.waitsInLoop = waitsInLoop;
        int inputBytes = checked((int)plan.InputBufferBytes);
        int outputBytes = checked((int)plan.OutputBufferBytes);
        inputs =
        [
            builder.Buffer("input ping", BufferRole.Input, plan.PingBank, inputBytes),
            builder.Buffer("input pong", BufferRole.Input, plan.PongBank, inputBytes),
        ];
        outputs =
        [
            builder.Buffer("output ping", BufferRole.Output, plan.PongBank, outputBytes),
            builder.Buffer("output pong", BufferRole.Output, plan.PingBank, outputBytes),
        ];
    }

    public void Write(int image)
    {
        int tileCount = plan.ChannelTileCount * plan.RowTileCount;
        Load(0, TileAt(image, 0));
        for (int index = 0; index < tileCount; index++)
        {
            TileCoordinates tile = TileAt(image, index);
            if (waitsInLoop || index == 0)
            {
                builder.Wait(LoadChannel);
            }

            builder.Tile(tile);
            if (index + 1 < tileCount)
            {
                Load(index + 1, TileAt(image, index + 1));
            }

            if (waitsInLoop)
            {
                // At most the store of the tile before is under way, and it reads the other output buffer.
                builder.Wait(StoreChannel, 1);
            }

            Compute(index, tile);
            Store(index, tile);
        }

        builder.Wait(StoreChannel);
    }

    private TileCoordinates TileAt(int image, int index) => new(image, index / plan.RowTileCount, index % plan.RowTileCount);

    private void Load(int index, TileCoordinates tile)
    {
        int buffer = inputs[index % 2];
        int channels = plan.ChannelsInTile(tile.ChannelTile);
        steps.FillWithPadding(buffer, channels * plan.InputPlaneElements, tile);
        (int firstRow, int topPadding, int rows) = steps.InputRows(tile.RowTile * plan.RowsPerTile, plan.RowsInTile(tile.RowTile));
        if (rows == 0)
        {
            return;
        }

        ProgramRegion source = steps.InputRegion(tile.Image, tile.ChannelTile * plan.ChannelsPerTile, channels, firstRow, rows);
        int offsetElements = (topPadding * plan.InputRowPitchElements) + plan.Shape.PadLeft;
        var destination = new ProgramRegion(
            buffer,
            offsetElements * plan.ElementBytes,
            source.RowBytes,
            rows,
            plan.InputRowPitchElements * plan.ElementBytes,
            channels,
            plan.InputPlaneElements * plan.ElementBytes);
        builder.Load(LoadChannel, InstructionPurpose.Input, source, destination, TransferLabel.OfTile("input n{0} c{1} h{2}", tile));
    }

    private void Compute(int index, TileCoordinates tile)
    {
        int channels = plan.ChannelsInTile(tile.ChannelTile);
        int rows = plan.RowsInTile(tile.RowTile);
        int rowPitchBytes = plan.InputRowPitchElements * plan.ElementBytes;
        int inputRows = ((rows - 1) * plan.Shape.StrideHeight) + plan.Shape.KernelHeight;
        var source = new ProgramRegion(
            inputs[index % 2], 0, rowPitchBytes, inputRows, rowPitchBytes, channels, plan.InputPlaneElements * plan.ElementBytes);
        steps.Compute(tile, source, OutputTile(index, channels, rows), tile.RowTile * plan.RowsPerTile);
    }

    private void Store(int index, TileCoordinates tile)
    {
        int channels = plan.ChannelsInTile(tile.ChannelTile);
        int rows = plan.RowsInTile(tile.RowTile);
        ProgramRegion source = OutputTile(index, channels, rows);
        ProgramRegion destination = steps.OutputRegion(
            tile.Image, tile.ChannelTile * plan.ChannelsPerTile, channels, tile.RowTile * plan.RowsPerTile, rows);

        // The rows of a channel are consecutive on both sides: one line of the descriptor per channel.
        builder.Store(
            StoreChannel,
            ProgramRegion.Rows(source.Buffer, source.OffsetBytes, source.RowBytes * rows, channels, source.PlanePitchBytes),
            ProgramRegion.Rows(destination.Buffer, destination.OffsetBytes, source.RowBytes * rows, channels, destination.PlanePitchBytes),
            TransferLabel.OfTile("output n{0} c{1} h{2}", tile));
    }

    /// <summary>The first tile goes to the second output buffer, which lies in the bank of its input.</summary>
    private ProgramRegion OutputTile(int index, int channels, int rows)
    {
        int rowBytes = plan.Shape.OutWidth * plan.ElementBytes;
        return new ProgramRegion(outputs[(index + 1) % 2], 0, rowBytes, rows, rowBytes, channels, plan.OutputPlaneElements * plan.ElementBytes);
    }
}
