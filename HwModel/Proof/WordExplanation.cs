using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Words;

namespace TileProof.HwModel.Proof;

/// <summary>Finds out why an output element of a convolution is wrong: the program runs again, and every computation of that element is held against the contract.</summary>
/// <param name="program">The program.</param>
/// <param name="index">The element.</param>
/// <param name="wrong">Its word.</param>
/// <param name="right">The word that belongs there.</param>
/// <param name="zeroPoint">What padding reads.</param>
internal sealed class WordExplanation(TileProgram program, TensorIndex index, ulong wrong, ulong right, sbyte zeroPoint)
{
    private readonly Conv2dTilePlan plan = program.Plan.Convolution!;
    private readonly Conv2dShape shape = program.Plan.Convolution!.Shape;
    private ulong? computed;
    private (ulong Used, ulong Belongs)? difference;

    /// <summary>One clause, such as <c>uses row 7 where row 8 belongs</c>.</summary>
    /// <param name="open">Makes a machine for the program as it was found wrong.</param>
    public string Explain(Func<Action<WordMemory, WordOperands>, WordMachine> open)
    {
        using WordMachine machine = open(Look);
        machine.Run();
        var names = new WordNames(shape, BatchOf(program, shape), machine.Transfers);
        return difference is { } found ? names.Difference(found.Used, found.Belongs)
            : names.NameOf(wrong) is { } name ? $"holds {name}"
            : computed is null ? "is not computed"
            : computed == right ? "is computed right, and another value is stored there"
            : "is computed from the right bytes in a wrong way";
    }

    private static int BatchOf(TileProgram program, Conv2dShape shape) =>
        program.Buffers.First(static buffer => buffer is { IsLocal: false, Role: BufferRole.Output }).LengthBytes / (shape.OutChannels * shape.OutHeight * shape.OutWidth);

    /// <summary>Looks whether a computation is of the element, and with what it differs from the contract.</summary>
    private void Look(WordMemory memory, WordOperands operands)
    {
        if (operands.Instruction.Parameters.Kernel != ProgramKernel.Convolution || PlaceOf(operands) is not var (channel, position))
        {
            return;
        }

        WordTile tile = WordKernels.TileOf(memory, operands);
        if (operands.Written(BufferRole.Output) is { } output)
        {
            computed = memory.InMemory(output, channel)[position];
        }

        difference ??= OfTaps(tile, channel, position, operands.Instruction.Parameters.Pass * plan.InputChannelsPerPass)
            ?? OfElements(memory, operands.Read(BufferRole.Bias), WordKind.Bias, channel, sizeof(int))
            ?? OfElements(memory, operands.Read(BufferRole.Scales), WordKind.Scale, channel, sizeof(ushort));
    }

    /// <summary>Where the element stands in the tile of a computation: channel, and position over its rows; null where it is of another tile.</summary>
    private (int Channel, int Position)? PlaceOf(in WordOperands operands)
    {
        KernelParameters parameters = operands.Instruction.Parameters;
        TileCoordinates tile = operands.Instruction.Tile;
        int firstRow = tile.RowTile * plan.RowsPerTile;
        int firstChannel = tile.ChannelTile * plan.ChannelsPerTile;
        if (plan is CachePlan)
        {
            // Bands are no tiles of the plan; the output is written in its place at once.
            firstRow = operands.Writes[0].OffsetBytes % (shape.OutHeight * shape.OutWidth) / shape.OutWidth;
        }

        int row = index.Y - firstRow;
        int channel = index.C - firstChannel;
        return tile.Image == index.N && row >= 0 && row < parameters.Rows && channel >= 0 && channel < parameters.OutChannels
            ? (channel, (row * shape.OutWidth) + index.X)
            : null;
    }

    /// <summary>The first product with another input or weight than the contract has.</summary>
    private (ulong Used, ulong Belongs)? OfTaps(in WordTile tile, int channel, int position, int firstChannel)
    {
        int groupOutChannels = tile.OutChannels / tile.Groups;
        int firstInput = shape.Groups == 1 ? firstChannel : index.C / shape.GroupOutChannels * shape.GroupInChannels;
        var window = new ulong[tile.TapCount];
        WordConvolution.Gather(tile.OfGroup(channel / groupOutChannels), position, window);
        int kernel = shape.KernelHeight * shape.KernelWidth;
        for (int tap = 0; tap < window.Length; tap++)
        {
            (int c, int place) = Math.DivRem(tap, kernel);
            ulong belongs = InputWord(firstInput + c, place / shape.KernelWidth, place % shape.KernelWidth);
            if (window[tap] != belongs)
            {
                return (window[tap], belongs);
            }

            ulong weight = tile.Weights[(channel * tile.TapCount) + tap];
            ulong weightBelongs = RingWords.Of(WordKind.Weight, (((((long)index.C * shape.GroupInChannels) + firstChannel + c) * kernel) + place));
            if (weight != weightBelongs)
            {
                return (weight, weightBelongs);
            }
        }

        return null;
    }

    /// <summary>The first byte of the bias or the scale of the channel that is another one.</summary>
    private (ulong Used, ulong Belongs)? OfElements(WordMemory memory, StridedRegion? region, WordKind kind, int channel, int elementBytes)
    {
        if (region is not { } bytes)
        {
            return null;
        }

        ReadOnlySpan<ulong> used = memory.CoreRead(bytes).Slice(channel * elementBytes, elementBytes);
        for (int i = 0; i < elementBytes; i++)
        {
            ulong belongs = RingWords.Of(kind, ((long)index.C * elementBytes) + i);
            if (used[i] != belongs)
            {
                return (used[i], belongs);
            }
        }

        return null;
    }

    private ulong InputWord(int channel, int kernelRow, int kernelColumn)
    {
        int y = (index.Y * shape.StrideHeight) + (kernelRow * shape.DilationHeight) - shape.PadTop;
        int x = (index.X * shape.StrideWidth) + (kernelColumn * shape.DilationWidth) - shape.PadLeft;
        return y < 0 || y >= shape.InHeight || x < 0 || x >= shape.InWidth
            ? RingWords.Of(WordKind.Constant, unchecked((byte)zeroPoint))
            : RingWords.Of(WordKind.Input, (((((long)index.N * shape.InChannels) + channel) * shape.InHeight) + y) * shape.InWidth + x);
    }
}
