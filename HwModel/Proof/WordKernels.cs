using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Words;

namespace TileProof.HwModel.Proof;

/// <summary>What the computations of a program mean for words. A new <see cref="ProgramKernel"/> gets a case here, and a golden in <c>Golden.Words</c>.</summary>
/// <param name="memory">The words.</param>
/// <param name="call">The call; null for a tiled convolution.</param>
internal sealed class WordKernels(WordMemory memory, OperatorCall? call) : IDisposable
{
    private readonly OperatorWordKernels? others = call is null ? null : new OperatorWordKernels(memory, call);
    private readonly WordWindows windows = new();

    /// <summary>Computes from the words that lie in memory now.</summary>
    public void Compute(in WordOperands operands)
    {
        switch (operands.Instruction.Parameters.Kernel)
        {
            case ProgramKernel.Convolution:
                Convolve(operands);
                break;
            case ProgramKernel.PaddedCopy:
                memory.Copy(operands.Reads[0], operands.Writes[0]);
                break;
            case ProgramKernel.ResidualCorrection:
                Correct(operands);
                break;
            default:
                if (others is null)
                {
                    throw new InvalidOperationException($"The kernel {operands.Instruction.Parameters.Kernel} needs a call to have a meaning for words.");
                }

                others.Compute(operands);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => windows.Dispose();

    /// <summary>The operands of a convolution.</summary>
    public static WordTile TileOf(WordMemory memory, in WordOperands operands)
    {
        KernelParameters parameters = operands.Instruction.Parameters;
        StridedRegion input = operands.Read(BufferRole.Input) ?? operands.Read(BufferRole.Scratch)!.Value;
        return new WordTile
        {
            Input = memory.CoreRead(input),
            RowPitch = input.RowPitchBytes,
            PlanePitch = input.PlanePitchBytes,
            Weights = memory.CoreRead(operands.Read(BufferRole.Coefficients)!.Value),
            Shape = operands.Program.Plan.Convolution!.Shape,
            InChannels = parameters.InChannels,
            OutChannels = parameters.OutChannels,
            OutRows = parameters.Rows,
            Groups = parameters.GroupsOf(operands.Program.Plan.Convolution!.Shape),
        };
    }

    private void Convolve(in WordOperands operands)
    {
        WordTile tile = TileOf(memory, operands);
        using var pooled = new PooledWords(tile.OutChannels * tile.PositionCount);
        Span<ulong> sums = pooled.Span;
        Start(operands, tile.PositionCount, sums);
        for (int group = 0; group < tile.Groups; group++)
        {
            WordTile part = tile.OfGroup(group);
            WordConvolution.Add(part, windows.Of(part), sums.Slice(group * part.OutChannels * tile.PositionCount, part.OutChannels * tile.PositionCount));
        }

        if (operands.Written(BufferRole.PartialSums) is { } left)
        {
            using var split = new PooledWords(sums.Length * sizeof(int));
            Span<ulong> bytes = split.Span;
            for (int i = 0; i < sums.Length; i++)
            {
                RingWords.Split32(sums[i], bytes.Slice(i * sizeof(int), sizeof(int)));
            }

            memory.CoreWrite(left, 0, bytes);
            return;
        }

        AddScales(operands, tile.PositionCount, sums);
        StridedRegion output = operands.Written(BufferRole.Output)!.Value;
        for (int channel = 0; channel < tile.OutChannels; channel++)
        {
            memory.CoreWrite(output, channel, sums.Slice(channel * tile.PositionCount, tile.PositionCount));
        }
    }

    /// <summary>The sums begin at the biases, or where a part of the input channels has been summed already.</summary>
    private void Start(in WordOperands operands, int positions, Span<ulong> sums)
    {
        if (operands.Read(BufferRole.PartialSums) is { } continued)
        {
            ReadOnlySpan<ulong> bytes = memory.CoreRead(continued);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] = RingWords.Element32(bytes.Slice(i * sizeof(int), sizeof(int)));
            }

            return;
        }

        ReadOnlySpan<ulong> biases = memory.CoreRead(operands.Read(BufferRole.Bias)!.Value);
        for (int channel = 0; channel < sums.Length / positions; channel++)
        {
            sums.Slice(channel * positions, positions).Fill(RingWords.Element32(biases.Slice(channel * sizeof(int), sizeof(int))));
        }
    }

    /// <summary>Where every output channel has a scale, it is a part of what the output depends on.</summary>
    private void AddScales(in WordOperands operands, int positions, Span<ulong> sums)
    {
        if (operands.Read(BufferRole.Scales) is not { } region)
        {
            return;
        }

        ReadOnlySpan<ulong> scales = memory.CoreRead(region);
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = unchecked(sums[i] + RingWords.Element16(scales.Slice(i / positions * sizeof(ushort), sizeof(ushort))));
        }
    }

    private void Correct(in WordOperands operands)
    {
        Conv2dShape shape = operands.Program.Plan.Convolution!.Shape;
        int channels = operands.Instruction.Parameters.OutChannels;
        int plane = shape.OutHeight * shape.OutWidth;
        ulong[] words = memory.CoreRead(operands.Reads[0]).ToArray();
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = unchecked(words[i] + RingWords.Of(WordKind.Correction, i / plane % channels));
        }

        memory.CoreWrite(operands.Writes[0], 0, words);
    }
}
