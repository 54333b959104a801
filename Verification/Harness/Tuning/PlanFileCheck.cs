using System.Globalization;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Verification.Options;

namespace TileProof.Verification.Tuning;

/// <summary>Turns one layer of a plan file into a plan, or says which field cannot be.</summary>
internal sealed class PlanFileCheck(string fileName, BankSetting bank, bool hasOutputScales, PlanFileLayer layer)
{
    private const int KeyFieldCount = 12;

    /// <summary>The published planner begins with two rows, even where the output has one.</summary>
    private const int SmallestPublishedRows = 2;

    /// <summary>The plan.</summary>
    /// <exception cref="UserInputException">A field is wrong.</exception>
    public Conv2dTilePlan ToPlan()
    {
        Conv2dShape shape = ReadShape();
        ExecutionMode mode = Read("mode", () => ChoiceList.ParseOne<ExecutionMode>("mode", layer.Mode));
        if (mode == ExecutionMode.Dma && bank.CacheOnly)
        {
            throw Refuse("mode", "there are no banks for DMA");
        }

        CheckTiles("channels", shape.OutChannels, layer.ChannelsPerTile, layer.ChannelTiles, layer.ChannelsInLastTile);
        CheckTiles("rows", shape.OutHeight, layer.RowsPerTile, layer.RowTiles, layer.RowsInLastTile);
        if (mode == ExecutionMode.Cache)
        {
            if ((layer.ChannelTiles, layer.RowTiles, layer.Schedule) != (1, 1, null))
            {
                throw Refuse("mode", "the cache path has one tile and no schedule");
            }

            return ReadPlacement() == default ? CachePlan.Of(shape) : throw Refuse("banks", "the cache path has no buffer in a bank: 0000000");
        }

        int alignmentBytes = bank.Machine.Configuration.AllocationAlignmentBytes;
        BankPlacement placement = ReadPlacement();
        DmaPlan plan = ReadSchedule(shape) is { } schedule
            ? new FreePlan
            {
                Shape = shape, ChannelsPerTile = layer.ChannelsPerTile, RowsPerTile = layer.RowsPerTile, Placement = placement, AllocationAlignmentBytes = alignmentBytes, Schedule = schedule,
            }
            : new TiledPlan
            {
                Shape = shape, ChannelsPerTile = layer.ChannelsPerTile, RowsPerTile = layer.RowsPerTile, Placement = placement, AllocationAlignmentBytes = alignmentBytes,
            };
        CheckBanks(plan);
        return plan;
    }

    private Conv2dShape ReadShape()
    {
        string[] texts = layer.Layer.Split('_');
        int[] numbers = [.. texts.Select(static text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)];
        if (numbers is not [int inChannels, int inHeight, int inWidth, int outChannels, int kernelHeight, int kernelWidth, _, _, int stride, _, int padding, int dilation])
        {
            throw Refuse("layer", $"a key has {KeyFieldCount} numbers: ic_ih_iw_oc_kh_kw_oh_ow_sy_sx_pad_dil");
        }

        try
        {
            var shape = Conv2dShape.Create(inChannels, inHeight, inWidth, outChannels, kernelHeight, kernelWidth, stride, padding, dilation);
            if (shape.ConfigKey != layer.Layer)
            {
                throw Refuse("layer", $"the key of this geometry is {shape.ConfigKey}");
            }

            return ConvolutionKernel.IsPublished(shape) ? shape : throw Refuse("layer", "no kernel of the library computes this geometry");
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw Refuse("layer", exception.Message.Split(" (Parameter", StringSplitOptions.None)[0].ReplaceLineEndings(" "));
        }
    }

    /// <summary>The tiles lie side by side, without overlap, and cover the whole.</summary>
    private void CheckTiles(string what, int whole, int perTile, int tiles, int lastTile)
    {
        string name = what == "rows" ? "row" : "channel";
        InRange($"{what}PerTile", perTile, 1, Math.Max(whole, SmallestPublishedRows));
        AtLeastOne($"{name}Tiles", tiles);
        AtLeastOne($"{what}InLastTile", lastTile);
        if (lastTile > perTile)
        {
            throw Refuse($"{what}InLastTile", $"{lastTile} {what} overflow the tile, which has {perTile}");
        }

        long covered = ((tiles - 1L) * perTile) + lastTile;
        if (covered < whole)
        {
            throw Refuse($"{name}Tiles", $"{tiles - 1} x {perTile} + {lastTile} cover {covered} of {whole} output {what}: {what} {covered}..{whole - 1} are skipped");
        }

        if (covered > whole)
        {
            string problem = tiles == 1 || (tiles - 1L) * perTile >= whole ? "a tile lies outside the output" : "tiles overlap";
            throw Refuse($"{name}Tiles", $"{tiles - 1} x {perTile} + {lastTile} cover {covered} of {whole} output {what}: {problem}");
        }
    }

    private BankPlacement ReadPlacement()
    {
        try
        {
            return BankPlacement.FromDigits(layer.Banks, Math.Max(bank.Banks.Count, 2));
        }
        catch (ArgumentException exception)
        {
            throw Refuse("banks", exception.Message.Split(" (Parameter", StringSplitOptions.None)[0]);
        }
    }

    private TileSchedule? ReadSchedule(Conv2dShape shape)
    {
        if (layer.Schedule is not { } schedule)
        {
            return null;
        }

        InRange("schedule.inputBuffers", schedule.InputBuffers, 1, 2);
        InRange("schedule.coefficientBuffers", schedule.CoefficientBuffers, 1, 2);
        InRange("schedule.inputChannelsPerPass", schedule.InputChannelsPerPass, 1, shape.InChannels);
        InRange("schedule.secondCoefficientBank", schedule.SecondCoefficientBank, 0, 1);
        InRange("schedule.partialSumBank", schedule.PartialSumBank, 0, 1);
        return new TileSchedule
        {
            Order = Read("schedule.order", () => ChoiceList.ParseOne<LoopOrder>("loop order", schedule.Order)),
            InputBufferCount = schedule.InputBuffers,
            CoefficientBufferCount = schedule.CoefficientBuffers,
            InputChannelsPerPass = schedule.InputChannelsPerPass,
            KeepsAllBiases = schedule.KeepsAllBiases,
            SecondCoefficientBank = schedule.SecondCoefficientBank,
            PartialSumBank = schedule.PartialSumBank,
        };
    }

    private void CheckBanks(Conv2dTilePlan plan)
    {
        for (int index = 0; index < bank.Banks.Count; index++)
        {
            (string Label, long Bytes)[] buffers = [.. plan.Buffers(hasOutputScales).Where(buffer => buffer.Bank == index).Select(static buffer => (buffer.Label, buffer.LengthBytes))];
            long usedBytes = buffers.Sum(static buffer => buffer.Bytes);
            int bankBytes = bank.Banks[index];
            if (usedBytes > bankBytes)
            {
                throw Refuse(
                    "banks",
                    $"bank {index} overflows: {string.Join(", ", buffers.Select(static buffer => string.Create(CultureInfo.InvariantCulture, $"{buffer.Label} {buffer.Bytes}")))} take {usedBytes} of {bankBytes} bytes");
            }
        }
    }

    private void AtLeastOne(string field, int value) => InRange(field, value, 1, int.MaxValue);

    private void InRange(string field, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum)
        {
            throw Refuse(field, maximum == int.MaxValue ? $"{value} is below {minimum}" : $"{value} is not {minimum} to {maximum}");
        }
    }

    private T Read<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (UserInputException exception)
        {
            throw Refuse(field, exception.Message);
        }
    }

    private UserInputException Refuse(string field, string reason) => new($"{fileName}: layer {layer.Layer}, banks {bank}: field {field}: {reason}");
}
