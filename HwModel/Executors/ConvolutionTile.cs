namespace TileProof.HwModel.Executors;

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

    /// <summary>Weights <c>[OutChannels, InChannels, KernelHeight, KernelWidth]</c>, contiguous.</summary>
    public required ReadOnlySpan<byte> Coefficients { get; init; }

    /// <summary>One int32 per output channel.</summary>
    public required ReadOnlySpan<byte> Biases { get; init; }

    /// <summary>One uint16 for the tile, or one per output channel.</summary>
    public required ReadOnlySpan<byte> OutputScales { get; init; }

    public required Span<byte> Output { get; init; }

    public required int OutputRowPitchBytes { get; init; }

    public required int OutputPlanePitchBytes { get; init; }

    public required int InChannels { get; init; }

    public required int KernelHeight { get; init; }

    public required int KernelWidth { get; init; }

    public required int Stride { get; init; }

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
}
