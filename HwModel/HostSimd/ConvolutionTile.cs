using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TileProof.HwModel.VectorCore;

namespace TileProof.HwModel.HostSimd;

/// <summary>The bytes and strides of one convolution on the vector core, as they lie in memory at this moment.</summary>
/// <remarks>
/// Input and coefficients are int8, biases int32 and output scales uint16, little-endian. <see cref="Input"/> starts at the first
/// padded element that output (0, 0) reads; element (c, y, x) of the padded tile is at
/// <c>c * InputPlanePitchBytes + y * InputRowPitchBytes + x</c>.
/// </remarks>
internal readonly ref struct ConvolutionTile
{
    public required ReadOnlySpan<byte> Input { get; init; }

    public required int InputRowPitchBytes { get; init; }

    public required int InputPlanePitchBytes { get; init; }

    /// <summary>Weights <c>[OutChannels, InChannels / Groups, KernelHeight, KernelWidth]</c>, contiguous.</summary>
    public required ReadOnlySpan<byte> Coefficients { get; init; }

    /// <summary>One int32 per output channel.</summary>
    public required ReadOnlySpan<byte> Biases { get; init; }

    /// <summary>One uint16 for the tile, or one per output channel.</summary>
    public required ReadOnlySpan<byte> OutputScales { get; init; }

    /// <summary>The results; empty where the sums are left.</summary>
    public required Span<byte> Output { get; init; }

    /// <summary>From one output channel to the next; rows of a channel follow one another without a gap.</summary>
    public required int OutputPlanePitchBytes { get; init; }

    public required int InChannels { get; init; }

    public required int KernelHeight { get; init; }

    public required int KernelWidth { get; init; }

    /// <summary>Input columns from one output to the next.</summary>
    public required int Stride { get; init; }

    /// <summary>Input rows from one output row to the next.</summary>
    public required int StrideHeight { get; init; }

    /// <summary>Input rows from one kernel row to the next.</summary>
    public required int DilationHeight { get; init; }

    /// <summary>Input columns from one kernel column to the next.</summary>
    public required int DilationWidth { get; init; }

    /// <summary>Parts of the input channels, each of which its part of the output channels sums over.</summary>
    public required int Groups { get; init; }

    public required int OutChannels { get; init; }

    public required int OutRows { get; init; }

    public required int OutWidth { get; init; }

    public required RequantizationStage Requantization { get; init; }

    /// <summary>int32 sums <c>[OutChannels, OutRows, OutWidth]</c> of input channels summed before; empty where all are summed at once.</summary>
    public Span<byte> PartialSums { get; init; }

    /// <summary>Whether the sums begin at <see cref="PartialSums"/> instead of the biases.</summary>
    public bool ContinuesPartialSums { get; init; }

    /// <summary>Whether the sums, wrapped to 24 bits, go to <see cref="PartialSums"/> and nothing is requantized.</summary>
    public bool LeavesPartialSums { get; init; }

    /// <summary>Products in a sum.</summary>
    public int TapCount => InChannels / Groups * KernelHeight * KernelWidth;

    /// <summary>Whether all channels are summed over dense windows that move as far down as to the right.</summary>
    public bool IsDense => Groups == 1 && DilationHeight == 1 && DilationWidth == 1 && StrideHeight == Stride;

    /// <summary>Whether every output element reads one element of each plane, at its own position.</summary>
    public bool IsPointwise => KernelHeight == 1 && KernelWidth == 1 && Stride == 1 && StrideHeight == 1 && InputRowPitchBytes == OutWidth;

    /// <summary>Elements from the first to the last that windows read of a plane of the input, gaps between rows included.</summary>
    public int PlaneElements =>
        ((((OutRows - 1) * StrideHeight) + ((KernelHeight - 1) * DilationHeight)) * InputRowPitchBytes) + ((OutWidth - 1) * Stride) + ((KernelWidth - 1) * DilationWidth) + 1;

    /// <summary>Output elements of one channel.</summary>
    public int PositionCount => OutRows * OutWidth;

    /// <summary>Checks that all that the arithmetic reads and writes lies in the spans.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A span is too short.</exception>
    public void RequireExtents()
    {
        int inputEnd = ((InChannels - 1) * InputPlanePitchBytes) + PlaneElements;
        ArgumentOutOfRangeException.ThrowIfLessThan(Input.Length, inputEnd, nameof(Input));
        ArgumentOutOfRangeException.ThrowIfLessThan(Coefficients.Length, OutChannels * TapCount, nameof(Coefficients));
        ArgumentOutOfRangeException.ThrowIfLessThan(PartialSums.Length, PartialSums.IsEmpty ? 0 : OutChannels * PositionCount * sizeof(int), nameof(PartialSums));
        int outputEnd = LeavesPartialSums ? 0 : ((OutChannels - 1) * OutputPlanePitchBytes) + PositionCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(Output.Length, outputEnd, nameof(Output));
    }

    /// <summary>Where the sums of an output channel start: at its bias, or at 0 where partial sums are added to them.</summary>
    public int FirstSum(int channel) =>
        ContinuesPartialSums ? 0 : BinaryPrimitives.ReadInt32LittleEndian(Biases[(channel * sizeof(int))..]);

    /// <summary>Whether the output of consecutive channels is one row to the pack stage: no gaps, and one scale.</summary>
    private bool PacksChannelsTogether => PartialSums.IsEmpty && OutputScales.Length == sizeof(ushort) && OutputPlanePitchBytes == PositionCount;

    /// <summary>Requantizes the sums of consecutive positions of consecutive output channels and stores them.</summary>
    /// <param name="sums"><see cref="FirstSum"/> and the products, modulo 2^32.</param>
    /// <param name="pitch">Sums from one channel to the next.</param>
    /// <param name="firstChannel">The first channel.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="firstPosition">The first position, counted over rows.</param>
    /// <param name="positions">How many positions.</param>
    /// <param name="counts">Counts values that left their range.</param>
    public void Pack(ReadOnlySpan<int> sums, int pitch, int firstChannel, int channels, int firstPosition, int positions, ref PackCounts counts)
    {
        if (positions == PositionCount && pitch == positions && PacksChannelsTogether)
        {
            (pitch, positions, channels) = (pitch * channels, positions * channels, 1);
        }

        for (int k = 0; k < channels; k++)
        {
            ReadOnlySpan<int> row = sums.Slice(k * pitch, positions);
            int scaleIndex = OutputScales.Length == sizeof(ushort) ? 0 : firstChannel + k;
            ushort scale = BinaryPrimitives.ReadUInt16LittleEndian(OutputScales[(scaleIndex * sizeof(ushort))..]);
            if (PartialSums.IsEmpty)
            {
                Span<byte> output = Output.Slice(((firstChannel + k) * OutputPlanePitchBytes) + firstPosition, positions);
                RequantizationRow.Pack(Requantization, row, scale, output, ref counts);
            }
            else
            {
                PackPartial(row, firstChannel + k, firstPosition, scale, ref counts);
            }
        }
    }

    /// <summary>The same where the input channels are summed in several calls.</summary>
    private void PackPartial(ReadOnlySpan<int> sums, int channel, int firstPosition, ushort scale, ref PackCounts counts)
    {
        Span<int> partialSums = MemoryMarshal.Cast<byte, int>(PartialSums).Slice((channel * PositionCount) + firstPosition, sums.Length);
        for (int i = 0; i < sums.Length; i++)
        {
            int sum = unchecked(sums[i] + (ContinuesPartialSums ? partialSums[i] : 0));
            if (LeavesPartialSums)
            {
                partialSums[i] = RequantizationStage.WrapTo24Bits(sum);
            }
            else
            {
                Output[(channel * OutputPlanePitchBytes) + firstPosition + i] = Requantization.Pack(sum, scale, ref counts);
            }
        }
    }
}
